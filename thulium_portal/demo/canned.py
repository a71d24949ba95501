"""Canned responses of a made-up shop, for practice mode."""

from django.core.exceptions import PermissionDenied

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.canned.models import CannedResponse
from thulium_portal.canned.services import create_response
from thulium_portal.canned.validation import ResponseText
from thulium_portal.demo.canned_library import (
    COMPLAINTS,
    DELIVERIES,
    DEMO_QUEUES,
    GENERAL,
    INVOICES,
    MORE_RESPONSES,
    RETURNS,
    english,
    polish,
)
from thulium_portal.tickets import queues


def load_demo_responses(owner: User) -> int:
    """Store the demo responses that are not there yet and return how many that were.

    One that was changed, renamed or archived since is left as it is: the shortcut tells.
    Raises ``PermissionDenied`` where *owner* may not manage canned responses.
    """
    if not owner.may(Permission.MANAGE_CANNED):
        raise PermissionDenied
    for queue_id, name in DEMO_QUEUES.items():
        queues.remember(queue_id, name)
    taken = {word.lower() for word in CannedResponse.objects.values_list("shortcut", flat=True)}
    missing = [text for text in DEMO_RESPONSES if text.shortcut not in taken]
    for text in missing:
        create_response(text, actor=owner)
    return len(missing)


DEMO_RESPONSES: tuple[ResponseText, ...] = (
    ResponseText(
        title="Paczka opóźniona – przeprosiny",
        shortcut="opoznienie",
        category=DELIVERIES,
        language="pl",
        keywords="spóźniona, późno, kurier, termin, śledzenie",
        use_when="Paczka jest w drodze, ale nie dotarła w obiecanym terminie.",
        body=polish("""
przepraszamy, że zamówienie {{ wpisz: numer zamówienia }} jeszcze do Państwa nie dotarło. \
Sprawdziliśmy przesyłkę u przewoźnika: jest w drodze i powinna zostać doręczona \
{{ wpisz: dzień doręczenia }}.

Jeśli tego dnia kurier się nie pojawi, wystarczy odpisać na tę wiadomość. Złożymy wtedy \
reklamację u przewoźnika albo wyślemy zamówienie jeszcze raz – jak Państwo wolą.
"""),
    ),
    ResponseText(
        title="Paczka zagubiona – nowa wysyłka",
        shortcut="zagubiona",
        category=DELIVERIES,
        language="pl",
        keywords="zaginęła, zgubiona, kurier, ponowna wysyłka",
        use_when="Przewoźnik potwierdził, że paczka zaginęła.",
        body=polish("""
przewoźnik potwierdził, że paczka z zamówieniem {{ wpisz: numer zamówienia }} zaginęła. \
Bardzo nam przykro z tego powodu.

Nową paczkę nadamy {{ wpisz: dzień nadania | data }} i tego samego dnia prześlemy numer do jej \
śledzenia. Nie ponoszą Państwo żadnych dodatkowych kosztów. Gdyby odnalazła się pierwsza paczka, \
prosimy jej nie odbierać – wróci do nas sama.

Jeśli wolą Państwo zwrot pieniędzy, prosimy o odpowiedź przed dniem nadania.
"""),
    ),
    ResponseText(
        title="Gdzie jest paczka – numer śledzenia",
        shortcut="sledzenie",
        category=DELIVERIES,
        language="pl",
        keywords="gdzie paczka, status, przesyłka, tracking, kurier",
        use_when="Klient pyta, co dzieje się z wysłanym zamówieniem.",
        body=polish("""
Państwa zamówienie zostało wysłane {{ wpisz: dzień wysyłki | data }}. Numer przesyłki to \
{{ wpisz: numer przesyłki }} – po wpisaniu go na stronie przewoźnika widać, gdzie paczka jest teraz.

Informacje na stronie przewoźnika pojawiają się zwykle wieczorem w dniu nadania.
"""),
    ),
    ResponseText(
        title="Zwrot kosztów dostawy",
        shortcut="zwrot-dostawy",
        category=DELIVERIES,
        language="pl",
        keywords="oddamy za wysyłkę, rekompensata, opłata",
        use_when="Dostawa nie udała się z naszej winy i oddajemy jej koszt.",
        body=polish("""
zwrócimy Państwu koszt dostawy zamówienia {{ wpisz: numer zamówienia }}, czyli \
{{ wpisz: kwota | kwota }}. Pieniądze wrócą tą samą drogą, którą zapłacono za zamówienie, \
najpóźniej w ciągu 3 dni roboczych.

Przepraszamy za kłopot i dziękujemy za cierpliwość.
"""),
    ),
    ResponseText(
        title="Jak odesłać towar",
        shortcut="zwrot",
        category=RETURNS,
        language="pl",
        keywords="odstąpienie od umowy, oddać, 14 dni, etykieta, odesłanie",
        use_when="Klient chce oddać zakup w ciągu 14 dni.",
        body=(
            "<p>Dzień dobry,</p>"
            "<p>zakupy mogą Państwo zwrócić w ciągu 14 dni od ich otrzymania, bez podawania "
            "przyczyny. Wystarczą trzy kroki:</p>"
            "<ol><li><p>Proszę włożyć do paczki towar i kartkę z numerem zamówienia.</p></li>"
            "<li><p>Proszę nadać paczkę na adres: {{ wpisz: adres do zwrotów }}.</p></li>"
            "<li><p>Proszę zachować potwierdzenie nadania do czasu rozliczenia zwrotu.</p></li>"
            "</ol>"
            "<p>Pieniądze oddamy w ciągu 14 dni od otrzymania oświadczenia o zwrocie, jednak "
            "nie wcześniej, niż wróci do nas towar albo dowód jego nadania.</p>"
            "<p>Z poważaniem<br>{{ mój podpis }}</p>"
        ),
    ),
    ResponseText(
        title="Zwrot dotarł – pieniądze w drodze",
        shortcut="zwrot-pieniedzy",
        category=RETURNS,
        language="pl",
        keywords="przelew, zwrot środków, oddane pieniądze",
        use_when="Zwrócony towar jest u nas i zlecamy przelew.",
        body=polish("""
zwracany towar jest już u nas. {{ dzisiaj }} zleciliśmy zwrot {{ wpisz: kwota | kwota }} \
za zamówienie {{ wpisz: numer zamówienia }}. Pieniądze wrócą tą samą drogą, którą zapłacono, \
zwykle w ciągu 2–3 dni roboczych.
"""),
    ),
    ResponseText(
        title="Faktura w załączniku",
        shortcut="faktura",
        category=INVOICES,
        language="pl",
        keywords="VAT, rachunek, duplikat, księgowość",
        use_when="Klient prosi o fakturę lub jej kopię. Pamiętaj o dołączeniu pliku.",
        body=polish("""
w załączniku przesyłam fakturę do zamówienia {{ wpisz: numer zamówienia }}.

Gdyby któreś dane wymagały poprawy, proszę o odpowiedź na tę wiadomość – wystawimy korektę.
"""),
    ),
    ResponseText(
        title="Korekta faktury – prośba o dane",
        shortcut="korekta",
        category=INVOICES,
        language="pl",
        keywords="NIP, błędne dane, nota korygująca, firma",
        use_when="Na fakturze są błędne dane nabywcy i potrzebujemy poprawnych.",
        body=(
            "<p>Dzień dobry,</p>"
            "<p>chętnie poprawimy fakturę {{ wpisz: numer faktury }}. Prosimy o podanie:</p>"
            "<ul><li><p>pełnej nazwy firmy albo imienia i nazwiska,</p></li>"
            "<li><p>adresu,</p></li>"
            "<li><p>numeru NIP, jeśli faktura ma być na firmę.</p></li></ul>"
            "<p>Korektę prześlemy w ciągu 2 dni roboczych od otrzymania danych.</p>"
            "<p>Z poważaniem<br>{{ mój podpis }}</p>"
        ),
    ),
    ResponseText(
        title="Reklamacja przyjęta",
        shortcut="reklamacja",
        category=COMPLAINTS,
        language="pl",
        keywords="wada, uszkodzenie, gwarancja, rękojmia, zgłoszenie",
        use_when="Mamy komplet informacji i rozpoczynamy rozpatrywanie reklamacji.",
        body=polish("""
dziękujemy za zgłoszenie. Reklamację, \
{{ formy: którą Pan złożył / którą Pani złożyła / która do nas dotarła }}, przyjęliśmy \
{{ dzisiaj }} pod numerem {{ numer zgłoszenia }} i rozpatrzymy ją w ciągu 14 dni. O wyniku \
napiszemy w odpowiedzi na tę wiadomość.

Do tego czasu nie muszą Państwo nic robić. Gdybyśmy potrzebowali towaru do sprawdzenia, \
przyślemy po niego kuriera na nasz koszt.
"""),
    ),
    ResponseText(
        title="Reklamacja – prośba o zdjęcia",
        shortcut="zdjecia",
        category=COMPLAINTS,
        language="pl",
        keywords="uszkodzony, zniszczony, stłuczone, fotografie",
        use_when="Towar dotarł uszkodzony, a w zgłoszeniu nie ma zdjęć.",
        body=(
            "<p>Dzień dobry,</p>"
            "<p>przykro nam, że zamówienie dotarło w takim stanie. Żeby załatwić sprawę jak "
            "najszybciej, prosimy o zdjęcia:</p>"
            "<ul><li><p>uszkodzonego miejsca z bliska,</p></li>"
            "<li><p>całego produktu,</p></li>"
            "<li><p>opakowania razem z etykietą przewoźnika.</p></li></ul>"
            "<p>Wystarczy dołączyć je do odpowiedzi na tę wiadomość. Prosimy też o informację, "
            "czy wolą Państwo nowy egzemplarz, czy zwrot pieniędzy.</p>"
            "<p>Z poważaniem<br>{{ mój podpis }}</p>"
        ),
    ),
    ResponseText(
        title="Potwierdzenie otrzymania wiadomości",
        shortcut="potwierdzenie",
        category=GENERAL,
        language="pl",
        keywords="otrzymaliśmy, odpowiemy, sprawdzamy",
        use_when="Odpowiedź wymaga sprawdzenia i klient ma wiedzieć, że się tym zajmujemy.",
        body=polish("""
dziękujemy za wiadomość. Sprawę „{{ temat zgłoszenia | Państwa pytanie }}” prowadzimy pod numerem \
{{ numer zgłoszenia }}. Potrzebujemy chwili, żeby wszystko sprawdzić – odpowiedź wyślemy \
najpóźniej {{ za 3 dni robocze }}.
"""),
    ),
    ResponseText(
        title="Prośba o numer zamówienia",
        shortcut="numer",
        category=GENERAL,
        language="pl",
        keywords="brak numeru, jakie zamówienie, dane",
        use_when="Nie potrafimy znaleźć zamówienia po adresie e-mail klienta.",
        body=polish("""
chętnie pomożemy. Nie znaleźliśmy jednak zamówienia złożonego z adresu \
{{ e-mail klienta | e-mail, z którego Państwo piszą }}. Prosimy o jego numer – jest w wiadomości \
z potwierdzeniem zakupu i zaczyna się od liter ZK.

Jeśli potwierdzenia nie ma pod ręką, wystarczy nazwisko i kod pocztowy podane przy zakupie.
"""),
    ),
    ResponseText(
        title="Delayed parcel – apology",
        shortcut="delay",
        category=DELIVERIES,
        language="en",
        keywords="late, courier, tracking, where is my order",
        use_when="The parcel is on its way but later than promised.",
        body=english("""
I am sorry that your order {{ ask: order number }} has not reached you yet. I have checked with \
the courier: the parcel is on its way and should be with you on {{ ask: delivery day }}.

If it does not arrive that day, just reply to this message. We will then send the order again or \
refund you, whichever you prefer.
"""),
    ),
    ResponseText(
        title="Refund issued",
        shortcut="refund",
        category=RETURNS,
        language="en",
        keywords="money back, return received, bank transfer",
        use_when="The returned goods have arrived and the refund has been ordered.",
        body=english("""
Thank you for sending the goods back; they arrived safely. Today, {{ today }}, we have refunded \
{{ ask: amount and currency }} for order {{ ask: order number }}. The money goes back the way you \
paid and usually takes two to three working days.
"""),
    ),
    ResponseText(
        title="How to return an item",
        shortcut="return",
        category=RETURNS,
        language="en",
        keywords="send back, withdrawal, 14 days",
        use_when="The customer wants to send a purchase back within 14 days.",
        body=(
            "<p>Hello {{ customer_first_name | there }},</p>"
            "<p>You can return your purchase within 14 days of receiving it, and you do not "
            "need to give a reason:</p>"
            "<ol><li><p>Pack the goods together with a note of your order number.</p></li>"
            "<li><p>Send the parcel to {{ ask: return address }}.</p></li>"
            "<li><p>Keep the proof of posting until you have your money back.</p></li></ol>"
            "<p>We refund you within 14 days of hearing that you are returning the order, as "
            "soon as we have the goods or your proof of posting.</p>"
            "<p>Kind regards,<br>{{ my_signature }}</p>"
        ),
    ),
    ResponseText(
        title="Order number needed",
        shortcut="order-number",
        category=GENERAL,
        language="en",
        keywords="which order, missing details",
        use_when="We cannot find an order under the customer’s e-mail address.",
        body=english("""
I would be glad to help, but I cannot find an order placed with \
{{ customer_email | the address you are writing from }}. Could you send me the order number? It is \
in your confirmation e-mail and begins with ZK.

If you no longer have that e-mail, your surname and postcode will do.
"""),
    ),
    *MORE_RESPONSES,
)
