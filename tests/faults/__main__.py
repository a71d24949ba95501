"""``python -m tests.faults``: long trials on both databases and a table of figures.

FAULT_DELIVERIES (default 20000) sets their length, FAULT_SEED replays one.
"""

import os
import random
import sys

import tqdm

from tests.faults.trial import PACE, Outcome, Plan, Trial


def main() -> int:
    """Run both trials; the exit code tells whether every figure that must be 0 is 0."""
    tqdm.tqdm.monitor_interval = 0
    count = int(os.environ.get("FAULT_DELIVERIES", "20000"))
    seed = int(os.environ.get("FAULT_SEED", random.SystemRandom().randrange(10**6)))
    tqdm.tqdm.write(f"FAULT_SEED={seed} FAULT_DELIVERIES={count}")
    limit = 60 + count / PACE
    plans = [
        Plan("sqlite", count, seed, limit=limit),
        Plan("postgresql", count, seed, restart_every=6.0, limit=limit),
    ]
    outcomes = [_run(plan) for plan in plans]
    _print_table(outcomes)
    return 1 if any(outcome.judgement.failures for outcome in outcomes) else 0


def _run(plan: Plan) -> Outcome:
    with tqdm.tqdm(total=plan.deliveries, desc=plan.vendor, unit=" replies") as bar:
        outcome = Trial(plan, lambda settled: bar.update(settled - bar.n)).run()
        bar.update(plan.deliveries - bar.n if not outcome.judgement.unsettled else 0)
    for name, found in outcome.judgement.failures.items():
        tqdm.tqdm.write(f"{name}: {found[:20]}")
    return outcome


def _print_table(outcomes: list[Outcome]) -> None:
    rows = [_figures(outcome) for outcome in outcomes]
    for name in rows[0]:
        tqdm.tqdm.write(f"{name:<34}" + "".join(f"{row[name]:>14}" for row in rows))


def _figures(outcome: Outcome) -> dict[str, object]:
    judged = outcome.judgement
    return {
        "": outcome.plan.vendor,
        "texts": judged.texts,
        "POSTs of a reply": outcome.ledger.posts,
        "processed by Thulium": judged.copies,
        "kill -9 at random": outcome.kills,
        "kill -9 at a named point": outcome.deaths_at_points,
        "crash restarts of the database": outcome.restarts,
        "duplicates": len(judged.duplicates),
        "lost": len(judged.lost),
        "false “sent”": len(judged.false_sent),
        "false “not sent”": len(judged.false_not_sent),
        "not settled": len(judged.unsettled),
        "wrong proof": len(judged.wrong_proof),
        "sent without its file": len(judged.without_file),
        "audit entries, all verified": judged.entries if not judged.audit else judged.audit,
        "seconds": round(outcome.seconds),
        "deliveries a second": round(judged.texts / outcome.seconds, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
