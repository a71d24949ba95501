"""More texts of the made-up shop: second levels of categories, teams, the wider world."""

from thulium_portal.canned.validation import ResponseText
from thulium_portal.lib.html.sanitize import plain_to_html

RETURNS_QUEUE, INVOICES_QUEUE, COMPLAINTS_QUEUE, ENGLISH_QUEUE, DELIVERIES_QUEUE = 4, 5, 6, 7, 8
DEMO_QUEUES = {
    RETURNS_QUEUE: "Zwroty",
    INVOICES_QUEUE: "Faktury",
    COMPLAINTS_QUEUE: "Reklamacje",
    ENGLISH_QUEUE: "English orders",
    DELIVERIES_QUEUE: "Dostawy",
}
"""The queues of the practice Thulium that have teams of their own."""

DELIVERIES, RETURNS, INVOICES = "Dostawy", "Zwroty", "Faktury"
COMPLAINTS, GENERAL = "Reklamacje", "Ogólne"
_TEAM = "team"


def polish(text: str) -> str:
    """Return *text* as HTML between a Polish greeting and the writer's signature."""
    return plain_to_html(f"Dzień dobry,\n\n{text.strip()}\n\nZ poważaniem\n{{{{ mój podpis }}}}")


def english(text: str) -> str:
    """Return *text* as HTML between an English greeting and the writer's signature."""
    greeting = "Hello {{ customer_first_name | there }},"
    return plain_to_html(f"{greeting}\n\n{text.strip()}\n\nKind regards,\n{{{{ my_signature }}}}")


MORE_RESPONSES: tuple[ResponseText, ...] = (
    ResponseText(
        title="Wysyłka za granicę – czas i koszt",
        shortcut="zagranica",
        category=f"{DELIVERIES} / Za granicę",
        language="pl",
        keywords="Niemcy, Czechy, Unia, inny kraj, cennik",
        use_when="Klient pyta, czy i za ile wyślemy zamówienie poza Polskę.",
        body=polish("""
tak, wysyłamy do wszystkich krajów Unii Europejskiej. Paczka do kraju \
{{ wpisz: kraj dostawy }} jedzie zwykle {{ wpisz: liczba dni }} dni roboczych, a jej koszt \
to {{ wpisz: kwota }} zł.

Zamówienie można złożyć jak zwykle w sklepie – po wybraniu kraju dostawy cena wysyłki \
pojawi się w koszyku.
"""),
    ),
    ResponseText(
        title="Paczka czeka w punkcie odbioru",
        shortcut="punkt",
        category=f"{DELIVERIES} / Punkty odbioru",
        language="pl",
        keywords="automat, paczkomat, awizo, kod odbioru",
        use_when="Kurier zostawił paczkę w punkcie albo w automacie.",
        body=polish("""
Państwa paczka czeka w punkcie: {{ wpisz: adres punktu }}. Można ją odebrać do \
{{ wpisz: ostatni dzień odbioru }} – wystarczy kod, który przewoźnik wysłał w wiadomości SMS.

Jeśli kod nie dotarł, prosimy o odpowiedź. Poprosimy przewoźnika, żeby wysłał go jeszcze raz.
"""),
    ),
    ResponseText(
        title="Zmiana adresu dostawy",
        shortcut="adres",
        category=DELIVERIES,
        language="pl",
        keywords="inny adres, przeprowadzka, pomyłka w adresie",
        use_when="Zamówienie nie wyszło jeszcze z magazynu i adres można zmienić.",
        scope=_TEAM,
        queues=(DELIVERIES_QUEUE,),
        body=polish("""
zmieniliśmy adres dostawy zamówienia {{ wpisz: numer zamówienia }} na:

{{ wpisz: nowy adres }}

Paczka wyjedzie {{ wpisz: dzień nadania }}. Gdyby coś jeszcze się nie zgadzało, prosimy dać nam \
znać przed tym dniem.
"""),
    ),
    ResponseText(
        title="Odstąpienie od umowy – co trzeba napisać",
        shortcut="odstapienie",
        category=f"{RETURNS} / Odstąpienie od umowy",
        language="pl",
        keywords="14 dni, formularz, oświadczenie, rezygnacja",
        use_when="Klient pyta, jak formalnie zrezygnować z zakupu.",
        scope=_TEAM,
        queues=(RETURNS_QUEUE,),
        body=polish("""
wystarczy, że w ciągu 14 dni od otrzymania towaru odpiszą Państwo na tę wiadomość jednym \
zdaniem: „Odstępuję od umowy dotyczącej zamówienia {{ wpisz: numer zamówienia }}”. Formularz nie \
jest potrzebny.

Towar prosimy odesłać w ciągu kolejnych 14 dni. Pieniądze oddamy razem z kosztem najtańszej \
dostawy, którą oferowaliśmy.
"""),
    ),
    ResponseText(
        title="Wymiana na inny rozmiar",
        shortcut="wymiana",
        category=f"{RETURNS} / Wymiana",
        language="pl",
        keywords="za mały, za duży, rozmiar, kolor, zamiana",
        use_when="Klient chce ten sam produkt w innym rozmiarze lub kolorze.",
        body=polish("""
chętnie wymienimy zakup na rozmiar {{ wpisz: nowy rozmiar }}. Odłożyliśmy go już dla Państwa \
i zatrzymamy przez 10 dni.

Prosimy odesłać pierwszą rzecz z kartką „wymiana” i numerem zamówienia. Nową wyślemy w dniu, \
w którym paczka do nas dotrze, bez dodatkowych opłat.
"""),
    ),
    ResponseText(
        title="Dane do faktury – prośba o NIP",
        shortcut="nip",
        category=f"{INVOICES} / Dane firmy",
        language="pl",
        keywords="firma, nabywca, faktura na firmę",
        use_when="Klient chce fakturę na firmę, a nie podał danych.",
        scope=_TEAM,
        queues=(INVOICES_QUEUE,),
        body=polish("""
wystawimy fakturę na firmę do zamówienia {{ wpisz: numer zamówienia }}. Prosimy o:

– pełną nazwę firmy,
– numer NIP,
– adres siedziby.

Fakturę wyślemy tego samego dnia, w którym otrzymamy dane.
"""),
    ),
    ResponseText(
        title="Reklamacja uznana – nowy egzemplarz",
        shortcut="uznana",
        category=f"{COMPLAINTS} / Rozpatrzone",
        language="pl",
        keywords="uznaliśmy, wymiana, pozytywnie",
        use_when="Reklamacja jest zasadna i wysyłamy nowy towar.",
        scope=_TEAM,
        queues=(COMPLAINTS_QUEUE,),
        body=polish("""
uznaliśmy Państwa reklamację. Nowy egzemplarz wyślemy {{ wpisz: dzień wysyłki }}, a uszkodzonego \
nie trzeba odsyłać.

Przepraszamy, że pierwszy nas zawiódł, i dziękujemy za dokładny opis oraz zdjęcia – bardzo \
ułatwiły nam pracę.
"""),
    ),
    ResponseText(
        title="Reklamacja nieuznana – uzasadnienie",
        shortcut="nieuznana",
        category=f"{COMPLAINTS} / Rozpatrzone",
        language="pl",
        keywords="odmowa, negatywnie, odwołanie, rzecznik",
        use_when="Reklamacji nie możemy uznać i wyjaśniamy dlaczego.",
        scope=_TEAM,
        queues=(COMPLAINTS_QUEUE,),
        body=polish("""
dokładnie sprawdziliśmy zgłoszony towar. Reklamacji nie możemy uznać, ponieważ \
{{ wpisz: powód odmowy }}.

Jeśli nie zgadzają się Państwo z tą decyzją, można odpisać na tę wiadomość i dodać to, czego nie \
wzięliśmy pod uwagę. Bezpłatnie pomaga też rzecznik konsumentów w każdym powiecie.
"""),
    ),
    ResponseText(
        title="Przypomnienie – czekamy na odpowiedź",
        shortcut="przypomnienie",
        category=GENERAL,
        language="pl",
        keywords="brak odpowiedzi, zamykamy, ponaglenie",
        use_when="Od naszego pytania minęło kilka dni, a klient nie odpisał.",
        body=polish("""
kilka dni temu prosiliśmy o {{ wpisz: o co prosiliśmy }} w sprawie \
„{{ temat zgłoszenia | Państwa pytanie }}”. Bez tego nie ruszymy dalej.

Jeśli sprawa jest już nieaktualna, nie trzeba nic robić: zamkniemy zgłoszenie \
{{ wpisz: dzień zamknięcia }}. Na tę wiadomość można odpisać także później.
"""),
    ),
    ResponseText(
        title="Podziękowanie za dobre słowo",
        shortcut="podziekowanie",
        category=GENERAL,
        language="pl",
        keywords="opinia, pochwała, ocena, miło",
        use_when="Klient chwali obsługę albo zakup.",
        body=polish("""
bardzo dziękujemy za te słowa. Przekazaliśmy je osobom, które przygotowały zamówienie – \
ucieszyły się tak samo jak my.
"""),
    ),
    ResponseText(
        title="Parcel at the pick-up point",
        shortcut="pickup",
        category=f"{DELIVERIES} / Punkty odbioru",
        language="en",
        keywords="locker, collection, code",
        use_when="The courier left the parcel at a pick-up point or in a locker.",
        scope=_TEAM,
        queues=(ENGLISH_QUEUE,),
        body=english("""
Your parcel is waiting at {{ ask: address of the pick-up point }}. You can collect it until \
{{ ask: last day }} with the code the courier sent you by text message.

If the code has not arrived, just reply and we will have it sent again.
"""),
    ),
    ResponseText(
        title="Delivery abroad – time and cost",
        shortcut="abroad",
        category=f"{DELIVERIES} / Za granicę",
        language="en",
        keywords="shipping, EU, country, price",
        use_when="The customer asks whether we ship to their country and for how much.",
        body=english("""
Yes, we deliver to every country of the European Union. To {{ ask: country }} it usually takes \
{{ ask: number of days }} working days and costs {{ ask: amount and currency }}.

You can order in the shop as usual; once you choose the country, the basket shows the price.
"""),
    ),
    ResponseText(
        title="Invoice attached",
        shortcut="invoice",
        category=INVOICES,
        language="en",
        keywords="VAT, copy, receipt",
        use_when="The customer asks for an invoice or a copy. Remember to attach the file.",
        scope=_TEAM,
        queues=(ENGLISH_QUEUE, INVOICES_QUEUE),
        body=english("""
Please find attached the invoice for order {{ ask: order number }}. If any of the details need to \
be corrected, let us know and we will send you a new one the same day.
"""),
    ),
)
