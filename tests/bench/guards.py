"""Goal 17: what all guards together take on a reply of three hundred words."""

from collections.abc import Callable, Iterator, Sequence
from statistics import median, quantiles
from time import thread_time

from tests.bench.report import Figure
from tests.corpora import cases
from thulium_portal.accounts.models import User
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import BodyType, Reply
from thulium_portal.replies.readiness.guards import doubts
from thulium_portal.replies.readiness.situation import MOST_RECENT, Situation
from thulium_portal.tickets.snapshot import Snapshot

WORDS, MOST_MS = 300, 15


def together(rounds: int) -> Iterator[Figure]:
    """Yield the time of all guards beside that of reading the same words out of their HTML."""
    words = _right_words()
    html = "".join(f"<p>{line}</p>" for line in words.split("\n"))
    read, asked = [], []
    for _round in range(max(40, rounds)):
        situation = _situation(words)
        read.append(_milliseconds(lambda: html_to_text(html)))
        asked.append(_milliseconds(lambda given=situation: doubts.ask(given)))
    what = f"all guards on a reply of {len(words.split())} words"
    floor, taken = median(read), median(asked)
    yield Figure(f"{what}, ms", taken, floor, taken, goal=MOST_MS)
    yield Figure(f"{what}, p95, ms", _p95(asked), _p95(read), _p95(asked), goal=MOST_MS)
    yield Figure("the same / the words read out of their HTML", taken / floor, floor, taken)


def _right_words() -> str:
    """Return a reply that nobody asks about, so that every guard reads it to its end."""
    said = (case.reply.split("\n\n")[1:2] for case in cases("right").values() if not case.files)
    plain = [line for lines in said for line in lines if not doubts.doubts(_situation(line))]
    words = " ".join(plain).split()[: WORDS - 4]
    lines = [" ".join(words[at : at + 10]) for at in range(0, len(words), 10)]
    return "\n".join(["Dzień dobry Pani Barbaro,", *lines])


def _situation(words: str) -> Situation:
    known = Snapshot(
        1234,
        "Zamówienie ZK/2026/245",
        "Barbara Nowak",
        "Barbara",
        "b.nowak@poczta.example",
        numbers=["ZK/2026/245", *(f"ZK/2025/{number}" for number in range(100, 150))],
        signed=["barbara", "nowak"],
        called=[f"słowo{number}" for number in range(50)],
    )
    recent = [
        Reply(
            ticket_id=number,
            customer_name=f"Jan Kowalski{number}",
            customer_email=f"jan{number}@poczta.example",
            body=f"<p>Zamówienie ZK/2026/{number + 300} jest w drodze.</p>" + "<p>Tekst.</p>" * 30,
        )
        for number in range(1, MOST_RECENT + 1)
    ]
    author = User(username="anna", name="Anna Maj")
    return Situation(Text(words, BodyType.PLAIN), words, 0, author, known, recent=recent)


def _milliseconds(job: Callable[[], object]) -> float:
    start = thread_time()
    job()
    return (thread_time() - start) * 1000


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1]
