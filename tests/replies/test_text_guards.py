"""Each guard of the text by itself: its edges, and texts that nobody should write."""

import pytest
from django.utils import translation

from thulium_portal.accounts.models import User
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import BodyType, Reply
from thulium_portal.replies.readiness.complaints import Complaint
from thulium_portal.replies.readiness.guards import doubts
from thulium_portal.replies.readiness.guards.attachment import attachment
from thulium_portal.replies.readiness.guards.greeting import greeting
from thulium_portal.replies.readiness.guards.other_customer import other_customer
from thulium_portal.replies.readiness.situation import Situation
from thulium_portal.tickets.snapshot import Snapshot, read_snapshot

BARBARA = {"customer_name": "Barbara Nowak", "customer_first_name": "Barbara"}
JAN = Reply(
    ticket_id=7,
    ticket_subject="ZK/2026/118",
    customer_name="Jan Kowalski",
    customer_email="jan@poczta.example",
    body="Zamówienie ZK/2026/118 jest w drodze.",
    body_type=BodyType.PLAIN,
)


def situation(words: str, *, files: int = 0, recent=(), canned=(), **known) -> Situation:
    author = User(username="anna", name="Anna Maj")
    snapshot = Snapshot(1234, **known)
    text = Text(words, BodyType.PLAIN)
    return Situation(text, words, files, author, snapshot, recent=recent, canned_words=canned)


def one(found) -> Complaint:
    [complaint] = found
    return complaint


@pytest.mark.parametrize(
    ("language", "said"),
    [("pl", "W odpowiedzi jest mowa o załączniku"), ("en", "Your reply mentions an attachment")],
)
def test_what_is_asked_is_said_in_the_readers_language(language, said):
    with translation.override(language):
        complaint = one(attachment(situation("W załączniku przesyłam fakturę.")))
    assert complaint.message.startswith(said)
    assert (complaint.code, complaint.field) == ("attachment", "attachments")


def test_a_file_that_goes_along_answers_the_question():
    assert not list(attachment(situation("W załączniku przesyłam fakturę.", files=1)))


def test_a_greeting_let_pass_lets_no_other_pass():
    jan = one(greeting(situation("Panie Janie,\npaczka idzie.", **BARBARA)))
    adam = one(greeting(situation("Panie Adamie,\npaczka idzie.", **BARBARA)))
    assert jan.is_passed([jan.pass_code])
    assert not adam.is_passed([jan.pass_code])
    assert adam.is_passed(["greeting"])


@pytest.mark.parametrize("name", ["", "   ", "null", "?", "b.nowak@poczta.example", "12345", "🙂"])
def test_without_a_name_no_greeting_is_asked_about(name):
    words = "Panie Janie,\npaczka idzie."
    assert not list(greeting(situation(words, customer_name=name)))


def test_the_names_people_signed_with_may_be_greeted():
    words = "Panie Janie,\npaczka idzie."
    assert not list(greeting(situation(words, **BARBARA, signed=["jan", "nowak"])))
    assert not list(greeting(situation(words, **BARBARA, called=["janem"])))
    assert list(greeting(situation(words, **BARBARA, signed=["barbara"])))


def test_a_quoted_greeting_is_the_customers():
    words = "Dzień dobry,\nwysłane.\n\n> Panie Janie,\n> w załączniku przesyłam zdjęcie"
    assert not doubts.doubts(situation(words, **BARBARA))


def test_a_number_of_another_customer_tells_whose_it_is():
    words = "Zamówienie ZK/2026/118 jest w drodze."
    complaint = one(other_customer(situation(words, recent=[JAN], numbers=["ZK/2026/245"])))
    assert complaint.about == "zk/2026/118"
    assert "Jan Kowalski" in complaint.message
    assert "7" in complaint.message


@pytest.mark.parametrize(
    "known",
    [
        {"numbers": ["ZK/2026/118"]},
        {"numbers": [], "subject": "Zamówienie zk/2026/118"},
        {"numbers": None},  # a form of before, which tells nothing of the conversation
        {"numbers": [], "customer_email": "jan@poczta.example"},
        {"numbers": [], "canned": ["Zamówienie ZK/2026/118"]},
    ],
)
def test_what_this_ticket_has_is_not_asked_about(known):
    words = "Zamówienie ZK/2026/118 jest w drodze."
    assert not list(other_customer(situation(words, recent=[JAN], **known)))


def test_what_went_to_several_customers_is_the_companys_own():
    ola = Reply(ticket_id=8, customer_email="ola@poczta.example", body=JAN.body, body_type="PLAIN")
    words = "Zamówienie ZK/2026/118 jest w drodze."
    assert not list(other_customer(situation(words, recent=[JAN, ola], numbers=[])))


def test_a_form_of_before_is_read_and_knows_no_numbers():
    signed = Snapshot(1234, subject="Paczka", customer_name="Barbara Nowak").sign()
    snapshot = read_snapshot(signed, ticket_id=1234)
    assert (snapshot.numbers, list(snapshot.signed)) == (None, [])


HOSTILE = {
    "a million letters": "a" * 1_000_000,
    "a million greetings": "Panie Janie, " * 80_000,
    "a million numbers": "ZK/2026/118 " * 80_000,
    "ten thousand names": "\n".join(f"Panie Imię{number}," for number in range(10_000)),
    "attachments without end": "w załączniku " * 80_000,
    "right to left": "\u202ePanie Janie,\u202c w załączniku \u0645\u0631\u062d\u0628\u0627",
    "emoji": "Panie 🙂 Janie 🙂, w 🙂 załączniku",
    "half a pair": "Panie \ud800Janie, w załączniku \udfff",
    "nothing": "",
    "blanks": " \n\t\u00a0\u200b" * 1000,
    "signs": "@" * 5000 + "#" * 5000 + "/" * 5000 + "." * 5000,
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_no_text_makes_a_guard_fail(words):
    given = {"recent": [JAN], "numbers": [], "customer_email": "b@poczta.example", **BARBARA}
    asked = doubts.ask(situation(words, **given))
    assert not asked.failed
    assert all(len(each.about) <= 80 for each in asked.doubts)
    for each in asked.doubts:
        each.about.encode()


def test_names_without_end_make_no_guard_fail():
    names = [f"imię{number}" for number in range(10_000)]
    given = {"signed": names, "called": names, "customer_name": "Barbara " * 10_000}
    assert not doubts.ask(situation("Panie Janie,\nidzie.", numbers=names, **given)).failed


def reply_to_jan(words: str) -> Reply:
    return Reply(
        ticket_id=7,
        customer_name="Jan Kowalski",
        customer_email="jan@poczta.example",
        body=words,
        body_type=BodyType.PLAIN,
    )


@pytest.mark.parametrize(
    "words",
    [
        "Wpłaty prosimy kierować na rachunek: 11 2222 3333 4444 5555 6666 7777",
        "Numer konta: 11 2222 3333 4444 5555 6666 7777",
        "Please transfer the money to PL11 2222 3333 4444 5555 6666 7777",
        "W razie pytań: 22 555 01 20",
        "Proszę dzwonić: 22 555 01 20",
        "If you have any questions, call 22 555 01 20",
        "Do pieca pasuje wkład WK-40012",
        "Na hasło LATO2026 jest 10% taniej",
        "With SPRING2026 it is 15% off",
        "Polecam model TX4001",
    ],
)
def test_what_every_customer_is_told_is_nobodys_own(words):
    before = reply_to_jan(words)
    given = {"recent": [before], "numbers": [], "customer_email": "b@poczta.example"}
    assert not list(other_customer(situation(words, **given, **BARBARA)))


@pytest.mark.parametrize(
    "words",
    [
        "Oddzwonimy do Pani na 601 000 982",
        "Zadzwonię na 601 000 982 po 12",
        "We will call you on 601 000 982",
        "Pieniądze zwrócimy na konto 11 2222 3333 4444 5555 6666 7777",
        "Rezerwacja RZ-40012 jest potwierdzona",
        "Paczka o numerze PX4001 wyszła",
        "Nota SZ/2026/118 jest w drodze",
        "Sprawa OŚ.6220.14.2026.AB została zakończona",
        "Rezerwacja na nazwisko Kowalski czeka",
        "Wizyta pacjenta Kowalskiego przełożona",
    ],
)
def test_what_is_done_for_one_customer_is_theirs(words):
    before = reply_to_jan(words)
    given = {"recent": [before], "numbers": [], "customer_email": "b@poczta.example"}
    assert list(other_customer(situation(words, **given, **BARBARA)))


def test_the_mark_of_an_office_is_compared_with_the_conversations():
    words = "Sprawa BP.6740.71.2026 jest w toku."
    complaint = one(other_customer(situation(words, numbers=["BP/6740/17/2026"])))
    assert complaint.about == "bp.6740.71.2026"
    assert not list(other_customer(situation(words, numbers=["BP/6740/71/2026"])))


@pytest.mark.parametrize(
    "words",
    [
        "Im Anhang finden Sie die Rechnung.",
        "Anbei der Vertrag, bitte unterschreiben.",
        "Ich hänge die Datei an.",
        "Die Rechnung ist beigefügt.",
        "Рахунок у вкладенні.",
        "Додаю скан договору.",
        "Договор во вложении.",
        "Proszę wydrukować załączoną etykietę i nakleić na paczkę.",
        "Please print the attached label and stick it on the parcel.",
    ],
)
def test_a_file_is_spoken_of_in_other_languages_and_by_what_to_do_with_it(words):
    assert one(attachment(situation(words)))


@pytest.mark.parametrize(
    "words",
    [
        "Bitte senden Sie uns ein Foto als Anhang.",
        "Vielen Dank für Ihren Anhang.",
        "Könnten Sie die Rechnung als Anhang schicken?",
        "Ihr Anhang lässt sich nicht öffnen.",
        "Die Anlage läuft wieder.",
        "Die Rechnung folgt morgen.",
        "Прошу додати фото у вкладенні.",
        "Дякуємо за файл у вкладенні.",
        "Оплатити можна у додатку.",
        "W zakładce Rozliczenia są załączone zestawienia.",
        "Formularz proszę wypełnić, jest załączony do paczki.",
        "Файл, який ви додали, пошкоджений.",
        "Договір надсилаємо завтра.",
        "Рахунок надсилаємо окремим листом.",
        "Надсилаємо документи поштою.",
    ],
)
def test_other_languages_ask_for_a_file_or_speak_of_another(words):
    assert not list(attachment(situation(words)))


HER = {"customer_name": "Monika Schäfer", "customer_first_name": "Monika"}
NATALIA = {"customer_name": "Наталія Коваль", "customer_first_name": "Наталія"}
PETRO = {"customer_name": "Петро Савчук", "customer_first_name": "Петро"}
PARISH = {"customer_name": "Parafia św. Anny", "customer_first_name": "Parafia"}


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ("Sehr geehrter Herr Schäfer,\nes kommt morgen.", HER),
        ("Lieber Herr Wolf,\nes kommt morgen.", HER),
        ("Sehr geehrte Frau Klein,\nes kommt morgen.", HER),
        ("Шановний Іване,\nпосилка в дорозі.", NATALIA),
        ("Шановний Іване Петровичу,\nпосилка в дорозі.", PETRO),
        ("Вітаю, пані Олено!\nЗроблено.", NATALIA),
        ("Доброго дня, пане Андрію,\nзроблено.", PETRO),
        ("Пане Тарасе, зроблено.", {"customer_name": "Oleksandr Tkach"}),
        ("Привіт, Юлю!", {"customer_name": "Natalia Kowal"}),
        ("Дякуємо, пане Василю, усе готово.", PETRO),
        ("Шановна пані,\nскаргу зареєстровано.", PETRO),
        ("Уважаемый Иван,\nзаказ отправлен.", PETRO),
        ("Dear John,\nyour parcel is on its way.", {"customer_name": "Peter Lang"}),
        ("Hello Ms Brown,\nall done.", {"customer_name": "Kate Moore"}),
        ("Witam Pana Grzegorza,\npaczka idzie.", BARBARA),
        ("Witam Panią Katarzynę,\npaczka idzie.", BARBARA),
    ],
)
def test_somebody_else_is_greeted_in_another_case_or_language(words, known):
    assert one(greeting(situation(words, **known)))


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ("Sehr geehrte Frau Schäfer,\nes kommt morgen.", HER),
        ("Sehr geehrte Damen und Herren,\nes kommt morgen.", HER),
        ("Sehr geehrte Frau Klein, sehr geehrter Herr Klein,\nes kommt.", HER),
        ("Liebe Grüße\nAnna", HER),
        ("Guten Tag Frau Dr. Schäfer,\nes kommt morgen.", HER),
        ("Шановна Наталіє,\nпосилка в дорозі.", NATALIA),
        ("Пані Наталю, усе готово!", NATALIA),
        ("Добрий день, пані Наталіє Іванівно,\nготово.", NATALIA),
        ("Доброго дня, пане Ткач!", {"customer_name": "Oleksandr Tkach"}),
        ("Пане Сашо, готово.", {"customer_name": "Oleksandr Tkach"}),
        ("Пані Зоряно, готово.", {"customer_name": "Zoriana Lys"}),
        ("Пане Всеволоде, готово.", {"customer_name": "Всеволод Лис"}),
        ("Доброго ранку! Зробили, можна перевіряти.", PETRO),
        ("Шановні пані та панове!", PETRO),
        ("Шановний клієнте!\nДякуємо.", PETRO),
        ("Вітаю!\nПані Оксана з відділу доставки вам зателефонує.", PETRO),
        ("Dzień dobry! Gotowe, można sprawdzać.", BARBARA),
        ("Hello! Done, please check.", {"customer_name": "Peter Lang"}),
        ("Dear Peter,\nall done.", {"customer_name": "Petro Savchuk"}),
        ("Witam Panią Barbarę,\npaczka idzie.", BARBARA),
        ("Pana Kowalskiego nie ma dziś w biurze.", BARBARA),
        ("Szanowny Księże Proboszczu,\nzgoda jest.", PARISH),
        ("Szanowny Panie Dziekanie,\nzgoda jest.", {"customer_name": "Adam Kos"}),
        ("Dear Father,\nyou have our consent.", {"customer_name": "Adam Kos"}),
    ],
)
def test_greetings_that_fit_in_another_case_or_language(words, known):
    assert not list(greeting(situation(words, **known)))
