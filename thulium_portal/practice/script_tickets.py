"""The demo's tickets, by number from the newest: each shows one thing that real tickets do."""

from thulium_portal.practice.script import (
    CLOSED,
    COMPLAINTS,
    DELIVERIES,
    ENGLISH,
    IN_PROGRESS,
    INVOICES,
    MERGED,
    POSTPONED,
    RETURNS,
    SHOP,
    WAITING,
    Ticket,
    ago,
    at,
    mail,
    note,
    reply,
)
from thulium_portal.practice.script_mails import (
    HOSTILE_MAIL,
    OFFICE_MAIL,
    QUOTING_MAIL,
    coffee_thread,
)

LATE_PARCEL = Ticket(
    1234,
    "Gdzie jest moja paczka?",
    "maria@example.org",
    SHOP,
    customer=52,
    messages=(
        mail(
            at(3, "09:15"),
            "<p>Dzień dobry,</p><p>zamówienie <b>ZK/2026/118</b> miało przyjść w piątek, "
            "a śledzenie nie działa. Proszę o informację.</p>",
            "5f0c1a2b3d4e5f60718293",
        ),
        reply(
            at(3, "10:02"),
            "anna.nowak",
            "<p>Dzień dobry Pani Mario, sprawdzamy to z kurierem i wrócimy z odpowiedzią do "
            "poniedziałku.</p>",
        ),
        mail(at(1, "16:40"), "<p>Dziękuję, czekam. Czy jest szansa na zwrot kosztów dostawy?</p>"),
        note(at(1, "17:05"), "anna.nowak", "Kurier potwierdził zagubienie, nowa wysyłka jutro."),
    ),
)

RETURN_FROM_OFFICE = Ticket(
    1233,
    "Zwrot butów – zamówienie ZK/2026/097",
    "katarzyna.lewandowska@example.com",
    RETURNS,
    customer=53,
    category="2",
    messages=(mail(ago(95), OFFICE_MAIL),),
)

HOSTILE = Ticket(
    1232,
    "PILNE!!! Ostatnie wezwanie R/77/2026 <b>odpowiedz</b>",
    "kancelaria@szybka-sprawa.example.net",
    COMPLAINTS,
    category="4",
    messages=(mail(ago(150), HOSTILE_MAIL, "5f0c1a2b3d4e5f60718311"),),
)

PLAIN_WITH_QUOTES = Ticket(
    1231,
    "Odp: [#1231] Korekta faktury FV/2026/11/0342",
    "tomasz.kaminski@example.net",
    INVOICES,
    customer=54,
    login="piotr.zielinski",
    category="3",
    messages=(
        mail(
            at(2, "11:20"),
            "Dzień dobry,\n\nna fakturze FV/2026/11/0342 jest błędny NIP. Proszę o poprawienie.\n"
            "\nTomasz Kamiński",
        ),
        reply(
            at(1, "08:40"),
            "piotr.zielinski",
            "<p>Dzień dobry Panie Tomaszu,</p><p>proszę o podanie poprawnego numeru NIP, "
            "przygotujemy korektę.</p><p>Z poważaniem<br>Piotr Zieliński</p>",
            "Zmiana statusu z [Nowe] na [Oczekuje na klienta]",
        ),
        mail(ago(40), QUOTING_MAIL),
    ),
)

ENGLISH_LATE = Ticket(
    1230,
    "Where is my order EN/2026/044?",
    "emily.carter@example.com",
    ENGLISH,
    customer=55,
    messages=(
        mail(
            at(1, "20:31"),
            "<div>Hi there,</div><div><br></div><div>I ordered a gift set on the 9th and the "
            "tracking page has said <i>“label created”</i> ever since. It is a birthday present "
            "for Saturday.</div><div><br></div><div>Could you tell me whether it will arrive in "
            "time? If not, I would rather cancel.</div><div><br></div><div>Many thanks,<br>Emily "
            "Carter</div>",
        ),
        note(
            ago(70), "ewa.kot", "The warehouse found it; it can go by express today if she agrees."
        ),
    ),
)

FORTY_MESSAGES = Ticket(
    1229,
    "Reklamacja ekspresu – nie spienia mleka",
    "pawel.wojcik@example.org",
    COMPLAINTS,
    customer=56,
    login="anna.nowak",
    category="4",
    messages=coffee_thread(),
)

NAMELESS = Ticket(
    1228,
    "Zmiana adresu dostawy",
    "klient1987@example.org",
    DELIVERIES,
    customer=57,
    messages=(
        mail(
            ago(25),
            "<p>hej, da sie zmienic adres na paczkomat? zamowienie z dzisiaj rana. "
            "numeru nie mam pod reka</p>",
        ),
    ),
)

WITHOUT_RECORD = Ticket(
    1227,
    "Czy mają Państwo w ofercie filtry do wody?",
    "pytanie@gmina-laka.example.org",
    SHOP,
    category="5",
    messages=(
        mail(
            at(1, "13:05"),
            "<p>Dzień dobry,</p><p>szukamy filtrów do dystrybutora model AQ-20, 24 sztuki. Proszę "
            "o cenę brutto i termin dostawy.</p><p>Sekretariat Gminy Łąka</p>",
        ),
    ),
)

FINISHED = Ticket(
    1226,
    "Zwrot pieniędzy za spodnie",
    "zofia.mazur@example.com",
    RETURNS,
    customer=58,
    status=CLOSED,
    login="ewa.kot",
    category="2",
    closed=at(4, "15:00"),
    messages=(
        mail(
            at(6, "10:10"),
            "<p>Dzień dobry, odesłałam spodnie tydzień temu. Kiedy będzie zwrot?</p>",
        ),
        reply(
            at(6, "12:25"),
            "ewa.kot",
            "<p>Dzień dobry Pani Zofio,</p><p>paczka dotarła dziś rano. Przelew na 159,90 zł "
            "wyjdzie jutro.</p><p>Pozdrawiam<br>Ewa Kot</p>",
            "Zmiana statusu z [Nowe] na [Oczekuje na klienta]",
        ),
        mail(at(4, "14:31"), "<p>Pieniądze już są. Dziękuję za sprawną obsługę! 🙂</p>"),
        note(at(4, "15:00"), "", system="Zmiana statusu z [Nowe] na [Zamknięte]"),
    ),
)

JOINED = Ticket(
    1225,
    "paczka ZK/2026/118",
    "maria@example.org",
    DELIVERIES,
    customer=52,
    status=MERGED,
    messages=(
        mail(at(2, "07:58"), "<p>Czy coś wiadomo o mojej paczce? Maria Wiśniewska</p>"),
        note(at(2, "08:30"), "", system="Zgłoszenie połączono ze zgłoszeniem [1234]"),
    ),
)

DAMAGED = Ticket(
    1224,
    "Uszkodzona lampa – zdjęcia w załączniku",
    "g.dabrowski@example.net",
    COMPLAINTS,
    customer=59,
    status=IN_PROGRESS,
    sub_status="u przewoźnika",
    login="piotr.zielinski",
    category="4",
    messages=(
        mail(
            at(5, "17:44"),
            "<p>Dzień dobry,</p><p>lampa z zamówienia ZK/2026/109 przyszła z pękniętym kloszem. "
            "Karton był cały, więc to raczej wada pakowania. Zdjęcia i protokół w załączniku.</p>"
            "<p>Wolałbym nowy klosz niż zwrot.</p><p>G. Dąbrowski</p>",
            "5f0c1a2b3d4e5f60718321",
            "5f0c1a2b3d4e5f60718322",
            "5f0c1a2b3d4e5f60718323",
        ),
        reply(
            at(4, "09:12"),
            "piotr.zielinski",
            "<p>Dzień dobry,</p><p>dziękujemy za zdjęcia, formularz reklamacji w załączniku. "
            "Nowy klosz zamówiliśmy u producenta.</p>",
            "Zmiana statusu z [Nowe] na [W realizacji - u przewoźnika]",
            "5f0c1a2b3d4e5f60718331",
        ),
        mail(
            at(1, "19:02"),
            "<p>Formularz odesłany. Kiedy mogę spodziewać się klosza?</p>",
            "5f0c1a2b3d4e5f60718341",
        ),
    ),
)

ENGLISH_SIZE = Ticket(
    1223,
    "Wrong size – exchange?",
    "james.oconnor@example.com",
    ENGLISH,
    customer=60,
    status=WAITING,
    login="ewa.kot",
    category="2",
    messages=(
        mail(
            at(3, "08:26"),
            "Hello,\n\nthe jumper is lovely but an L, I ordered an M (order EN/2026/039).\n"
            "Can I swap it without paying postage again?\n\nCheers,\nJames O’Connor",
        ),
        reply(
            at(3, "09:30"),
            "ewa.kot",
            "<p>Dear James,</p><p>sorry about the mix-up, the exchange is on us. Which address "
            "should the M go to?</p><p>Best regards,<br>Ewa Kot</p>",
            "Zmiana statusu z [Nowe] na [Oczekuje na klienta]",
        ),
    ),
)

COMPANY = Ticket(
    1222,
    "Faktura zbiorcza za październik",
    "biuro@alfa.example.com",
    INVOICES,
    customer=61,
    category="3",
    messages=(
        mail(
            at(1, "09:03"),
            "<p>Dzień dobry,</p><p>prosimy o jedną fakturę zbiorczą za zamówienia HU/101, HU/104 "
            "i HU/117 oraz o duplikat FV/2026/10/0088.</p><p>Dział księgowości<br>Hurtownia "
            "Alfa sp. z o.o.</p>",
        ),
    ),
)

FORMER_COLLEAGUE = Ticket(
    1221,
    "Przedłużenie terminu zwrotu",
    "barbara.szymanska@example.com",
    RETURNS,
    customer=63,
    status=POSTPONED,
    login="jan.dawny",
    category="2",
    messages=(
        mail(
            at(9, "12:00"),
            "<p>Dzień dobry, jestem w szpitalu i nie zdążę odesłać paczki w 14 dni. Czy mogę "
            "prosić o dodatkowy tydzień?</p><p>Barbara Szymańska</p>",
        ),
        reply(
            at(9, "12:45"),
            "jan.dawny",
            "<p>Dzień dobry Pani Barbaro,</p><p>oczywiście, czekamy do końca miesiąca. Proszę "
            "wracać do zdrowia.</p><p>Jan Dawny</p>",
        ),
        mail(at(2, "10:17"), "<p>Bardzo dziękuję. Wyślę w tym tygodniu.</p>"),
    ),
)

OTHER_ALPHABET = Ticket(
    1220,
    "Доставка до Кракова 📦 – питання",
    "olena.kovalenko@example.org",
    DELIVERIES,
    customer=62,
    messages=(
        mail(
            at(1, "11:11"),
            "<p>Добрий день! Dzień dobry!</p><p>Чи можна отримати посилку в Кракові, у відділенні? "
            "Замовлення ZK/2026/121.</p><p>Piszę też po polsku: czy można odebrać paczkę w punkcie "
            "w Krakowie? Dziękuję 💛💙</p><p>Олена Коваленко</p>",
        ),
    ),
)

ENGLISH_INVOICE = Ticket(
    1219,
    "Invoice address – VAT number missing",
    "sofia.rossi@example.net",
    ENGLISH,
    customer=64,
    category="3",
    messages=(
        mail(
            at(2, "15:47"),
            "<p>Good afternoon,</p><p>our accountant needs the VAT number "
            "<code>IT00000000000</code> on invoice <b>EN/2026/11/17</b>. The rest is correct.</p>"
            "<ol><li>Company: Rossi &amp; Figli S.r.l.</li><li>Street: Via Roma 1, 20100 Milano"
            "</li></ol><p>Kind regards<br>Sofia Rossi</p>",
        ),
    ),
)

BY_TELEPHONE = Ticket(
    1218,
    "Rozmowa: pytanie o gwarancję",
    "",
    COMPLAINTS,
    customer=65,
    source="phone",
    category="4",
    messages=(
        note(
            at(3, "14:20"),
            "adam.lis",
            "Klient dzwonił w sprawie gwarancji na czajnik z 2024 roku. Nie ma poczty, prosi "
            "o telefon po 17.",
        ),
    ),
)

TICKETS: tuple[Ticket, ...] = (
    LATE_PARCEL,
    RETURN_FROM_OFFICE,
    HOSTILE,
    PLAIN_WITH_QUOTES,
    ENGLISH_LATE,
    FORTY_MESSAGES,
    NAMELESS,
    WITHOUT_RECORD,
    FINISHED,
    JOINED,
    DAMAGED,
    ENGLISH_SIZE,
    COMPANY,
    FORMER_COLLEAGUE,
    OTHER_ALPHABET,
    ENGLISH_INVOICE,
    BY_TELEPHONE,
)
