"""How long a mail may be (`mail_rules.words` of the catalogue), and what gives way where it would be longer. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from clients.plans.tips import AftercareTip, OneThing


def word_count(text: str) -> int:
    """How many words a text has; the address of a page is one."""
    return len(text.split())


def shortened(words: Mapping[str, Any], excess: int) -> dict[str, Any]:
    """The variables of a template with about `excess` words less: first the dose, which stands in the plan, goes.

    Then tips go, those that matter least first.
    """
    found, left = dict(words), excess
    thing: OneThing | None = found.get("one_thing")
    if left > 0 and thing and thing.dose:
        found["one_thing"] = replace(thing, dose="")
        left -= word_count(thing.dose)
    if left > 0:
        found["tips"] = without_least(found.get("tips", ()), left)
    return found


def without_least(tips: Collection[AftercareTip], excess: int) -> list[AftercareTip]:
    """The tips without the least of them, until `excess` words are saved; the order stays."""
    kept, left = list(tips), excess
    for tip in sorted(tips, key=lambda tip: tip.weight, reverse=True):
        if left <= 0:
            break
        kept.remove(tip)
        left -= word_count(tip.text)
    return kept
