"""How many care plans a second one core gives, over realistic answers."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from typing import Any

from clients.care import Answers, make_care_plan, shipped

PLANS = 5_000
REACH = 1_000


def some(random_: random.Random, slugs: Iterable[str], most: int) -> frozenset[str]:
    choices = list(slugs)
    return frozenset(random_.sample(choices, random_.randint(0, most)))


def clients(count: int, seed: int = 2026) -> list[Answers]:
    """The answers of `count` clients: a few symptoms and conditions each, one in twenty with a red flag."""
    index, random_ = shipped().index, random.Random(seed)
    return [
        Answers(
            symptoms=some(random_, index.symptoms, 5),
            onset=some(random_, index.onsets, 2),
            causes=some(random_, index.causes, 4),
            areas=some(random_, index.areas, 3),
            conditions=some(random_, index.conditions, 4),
            red_flags=some(random_, index.red_flags, 1) if random_.random() < 0.05 else frozenset(),
            denied=some(random_, index.red_flags, 20),
            pain=random_.choice([None, *range(11)]),
            age=random_.choice([None, 9, 16, 34, 52, 71]),
            service=random_.choice([None, *index.techniques]),
            region=random_.choice([None, "EU", "UK", "US"]),
        )
        for _ in range(count)
    ]


def measure() -> list[dict[str, Any]]:
    """Plans a second against the number to reach. Every plan is of different answers, so nothing can be remembered."""
    catalogue, answers = shipped(), clients(PLANS)
    make_care_plan(catalogue, answers[0])
    started = time.perf_counter()
    for each in answers:
        make_care_plan(catalogue, each)
    ours = PLANS / (time.perf_counter() - started)
    return [
        {
            "name": "care plans on one core",
            "ours": round(ours),
            "yardstick": REACH,
            "unit": "plans/s",
            "ratio": round(ours / REACH, 2),
            "reach": f">= {REACH} plans/s",
            "reached": ours >= REACH,
        }
    ]


if __name__ == "__main__":
    for row in measure():
        print(row)
