"""The tickets themselves."""

from thulium_portal.practice.demo import SHOP, Ticket, at, mail, note, reply

TICKETS: tuple[Ticket, ...] = (
    Ticket(
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
            mail(
                at(1, "16:40"),
                "<p>Dziękuję, czekam. Czy jest szansa na zwrot kosztów dostawy?</p>",
            ),
            note(
                at(1, "17:05"), "anna.nowak", "Kurier potwierdził zagubienie, nowa wysyłka jutro."
            ),
        ),
    ),
)
