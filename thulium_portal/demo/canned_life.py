"""The library of practice mode as if people had worked with it: proposals, decisions, versions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils import timezone

from thulium_portal.accounts.models import User
from thulium_portal.canned import services, workflow
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.validation import ResponseText
from thulium_portal.demo.canned_library import DELIVERIES, GENERAL, INVOICES, english, polish

SUPERVISOR = "ewa"


@dataclass(frozen=True)
class Story:
    """A text, who wrote it, and the moves it made: ``submit``, ``archive``, ``return: why``."""

    author: str
    text: ResponseText
    moves: tuple[str, ...] = ()


@dataclass(frozen=True)
class Revision:
    """A later wording of a text: what replaced what, by whom, and why."""

    shortcut: str
    author: str
    before: str
    after: str
    note: str


def load_demo_life(people: Mapping[str, User]) -> int:
    """Store what is missing of the stories by *people* (user name → person); return how many.

    Expects the live demo texts to be there. What was changed since is left as it is.
    """
    if SUPERVISOR not in people:
        return 0
    taken = set(CannedResponse.objects.values_list("shortcut", flat=True))
    missing = [
        story for story in STORIES if story.text.shortcut not in taken and story.author in people
    ]
    for story in missing:
        _tell(story, people)
    for revision in REVISIONS:
        if revision.author in people:
            _revise(revision, people[revision.author])
    _let_one_be_due(people)
    return len(missing)


def _tell(story: Story, people: Mapping[str, User]) -> None:
    author, supervisor = people[story.author], people[SUPERVISOR]
    response = services.create_response(story.text, actor=author)
    for move in story.moves:
        if move == "submit":
            workflow.submit(response, actor=author)
        elif move == "archive":
            workflow.archive(response, actor=supervisor)
        else:
            workflow.send_back(response, note=move.removeprefix("return: "), actor=supervisor)


def _revise(revision: Revision, actor: User) -> None:
    """Save the later wording, once, where the text still says the earlier one."""
    response = _find(revision.shortcut)
    if response is None or response.current is None:
        return
    text = ResponseText.of(response)
    if revision.before in text.body and not response.versions.filter(note=revision.note).exists():
        services.revise(
            response,
            replace(text, body=text.body.replace(revision.before, revision.after)),
            seen_version=response.current.number,
            note=revision.note,
            actor=actor,
        )


def _let_one_be_due(people: Mapping[str, User]) -> None:
    """Let one text's day of review be over, so that its owner and supervisors are reminded."""
    response = _find("korekta")
    if response is None or response.current is None or response.current.number > 1:
        return
    owner = people.get("piotr", people[SUPERVISOR])
    review_by = timezone.localdate() - timedelta(days=3)
    services.revise(
        response,
        replace(ResponseText.of(response), review_by=review_by, owner_id=owner.pk),
        seen_version=1,
        note="opiekun i termin przeglądu",
        actor=people[SUPERVISOR],
    )


def _find(shortcut: str) -> CannedResponse | None:
    of_all = CannedResponse.objects.exclude(scope=CannedResponse.Scope.PERSONAL)
    return of_all.select_related("current").filter(shortcut=shortcut).first()


STORIES: tuple[Story, ...] = (
    Story(
        "anna",
        ResponseText(
            title="Dziękuję za rozmowę",
            shortcut="po-rozmowie",
            category=GENERAL,
            keywords="telefon, podsumowanie",
            use_when="Po rozmowie telefonicznej wysyłam krótkie podsumowanie ustaleń.",
            scope="personal",
            body=polish("""
dziękuję za dzisiejszą rozmowę. Ustaliliśmy, że {{ wpisz: ustalenia }}.

Gdyby coś wymagało uzupełnienia, proszę odpisać na tę wiadomość – trafi wprost do mnie.
"""),
        ),
    ),
    Story(
        "piotr",
        ResponseText(
            title="Przekazuję sprawę koleżance lub koledze",
            shortcut="przekazanie",
            category=GENERAL,
            keywords="zmiana, dyżur, urlop",
            use_when="Kończę dyżur, a sprawę poprowadzi ktoś inny.",
            scope="personal",
            body=polish("""
od jutra Państwa sprawę prowadzi {{ wpisz: imię i nazwisko }}. Wszystkie ustalenia są już \
zapisane, nic nie trzeba powtarzać.
"""),
        ),
    ),
    Story(
        "anna",
        ResponseText(
            title="Paczka w drodze – adresu nie da się już zmienić",
            shortcut="adres-za-pozno",
            category=DELIVERIES,
            keywords="zmiana adresu, przekierowanie, za późno",
            use_when="Klient prosi o zmianę adresu, a paczka jest już u kuriera.",
            body=polish("""
paczka z zamówieniem {{ wpisz: numer zamówienia }} jest już u przewoźnika, więc sami nie możemy \
zmienić adresu. Można to zrobić na stronie przewoźnika: po wpisaniu numeru przesyłki \
{{ wpisz: numer przesyłki }} wystarczy wybrać „Przekieruj paczkę”.

Jeśli się to nie uda, prosimy o odpowiedź – zadzwonimy do kuriera.
"""),
        ),
        ("submit",),
    ),
    Story(
        "piotr",
        ResponseText(
            title="Refund to another account",
            shortcut="refund-account",
            category=INVOICES,
            language="en",
            keywords="bank account, closed card",
            use_when="The card the customer paid with is closed and the refund came back to us.",
            body=english("""
Your bank has returned the refund for order {{ ask: order number }} to us, most likely because \
the card is closed. Could you reply with the number of the account we should use instead?

For your safety we will call you on the number from the order before we send the money.
"""),
        ),
        ("submit",),
    ),
    Story(
        "anna",
        ResponseText(
            title="Towaru chwilowo nie ma",
            shortcut="brak-towaru",
            category=DELIVERIES,
            keywords="magazyn, niedostępny, dostawa od producenta",
            use_when="Zamówiony towar skończył się w magazynie.",
            body=polish("""
niestety zamówionego towaru chwilowo nie ma. Prosimy o cierpliwość.
"""),
        ),
        (
            "submit",
            "return: Bez „niestety” i z terminem: kiedy towar będzie i co klient może wybrać.",
        ),
    ),
    Story(
        "piotr",
        ResponseText(
            title="Zmiana sposobu płatności",
            shortcut="platnosc",
            category=INVOICES,
            keywords="przelew, za pobraniem, BLIK, karta",
            use_when="Klient wybrał przelew, a chce zapłacić inaczej.",
            body=polish("""
zmieniliśmy sposób płatności za zamówienie {{ wpisz: numer zamówienia }} na: \
{{ wpisz: nowy sposób płatności }}. Reszta zamówienia pozostaje bez zmian.
"""),
        ),
    ),
    Story(
        "ewa",
        ResponseText(
            title="Wysyłka przed świętami 2025",
            shortcut="swieta-2025",
            category=DELIVERIES,
            keywords="Boże Narodzenie, Wigilia, grudzień",
            use_when="Klient pyta, do kiedy zamówić, żeby paczka dotarła przed Wigilią.",
            body=polish("""
zamówienia złożone i opłacone do 18 grudnia do godziny 12:00 dotrą przed Wigilią. Późniejsze \
wyślemy 29 grudnia.
"""),
        ),
        ("archive",),
    ),
)

REVISIONS: tuple[Revision, ...] = (
    Revision(
        "sledzenie",
        "ewa",
        "pojawiają się zwykle wieczorem w dniu nadania",
        "pojawiają się zwykle w dniu nadania po godzinie 20:00",
        "dokładna godzina zamiast „wieczorem”",
    ),
    Revision(
        "sledzenie",
        "adam",
        "Numer przesyłki to",
        "Jej numer to",
        "krócej",
    ),
)
