"""The engine's outer form: one JSON object in, one JSON object out (`manage.py care_plan`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from clients.care.answers import Answers, BadAnswersError
from clients.care.plans import Clash, Plan, ProposedOil, ProposedTip, Reason, Verdict, Withheld
from clients.care.regions import code_of

SLUG_LISTS = (
    *("symptoms", "onset", "causes", "areas", "conditions", "red_flags", "denied", "cleared"),
    *("aggravating", "relieving", "sold"),
)
NUMBERS = ("age", "weeks", "pain", "visits")
WORDS = ("service", "region", "allergies")
# A massage with its length in minutes, its rhythm in days, and how often.
RECOMMENDED = ("id", "technique", "minutes", "every_days", "visits", "because")


def answers_from_json(line: str) -> Answers:
    """The answers in one line of JSON. A key that is left out is an empty answer.

    Raises BadAnswersError for broken JSON, a wrong type, an unknown or repeated key: an answer lost by a misspelling
    would make the advice unsafe. Slugs are checked by the engine, which knows the catalogue.
    """
    try:
        raw = json.loads(line, object_pairs_hook=refuse_repeated_keys)
    except BadAnswersError:
        raise
    except (ValueError, RecursionError) as error:
        raise BadAnswersError(f"not valid JSON: {error}") from error
    if not isinstance(raw, dict):
        raise BadAnswersError("expected one JSON object")
    if strange := sorted(raw.keys() - {*SLUG_LISTS, *NUMBERS, *WORDS, "checked", "where"}):
        raise BadAnswersError(f"unknown key {', '.join(json.dumps(key) for key in strange)}")
    slugs: dict[str, Any] = {key: slugs_in(raw.get(key, []), key) for key in SLUG_LISTS}
    numbers: dict[str, Any] = {key: number_in(raw, key) for key in NUMBERS}
    return Answers(
        **slugs,
        **numbers,
        checked=dates_in(raw.get("checked", {})),
        where={slug: slugs_in(areas, "where") for slug, areas in mapping_in(raw.get("where", {}), "where").items()},
        service=word_in(raw, "service"),
        region=code_of(word_in(raw, "region")) or None,
        allergies=word_in(raw, "allergies") or "",
    )


def refuse_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The pairs of an object, each key once."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadAnswersError("a key stands twice in the JSON object")
    return found


def slugs_in(value: Any, key: str) -> frozenset[str]:
    """A list of slugs."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadAnswersError(f'"{key}" should be a list of slugs')
    return frozenset(value)


def mapping_in(value: Any, key: str) -> Mapping[str, Any]:
    """An object."""
    if not isinstance(value, dict):
        raise BadAnswersError(f'"{key}" should be an object')
    return value


def dates_in(value: Any) -> Mapping[str, str]:
    """When a doctor looked at each sign, as an ISO date."""
    found = mapping_in(value, "checked")
    if not all(isinstance(day, str) for day in found.values()):
        raise BadAnswersError('"checked" should give a date for each flag')
    return found


def number_in(raw: Mapping[str, Any], key: str) -> int | None:
    """A whole number from 0, or None."""
    value = raw.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadAnswersError(f'"{key}" should be a whole number from 0')
    return value


def word_in(raw: Mapping[str, Any], key: str) -> str | None:
    """A text, or None."""
    value = raw.get(key)
    if value is not None and not isinstance(value, str):
        raise BadAnswersError(f'"{key}" should be text or null')
    return value or None


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """The plan in the form that outside tools rely on; every list is in the order of the rules."""
    blend = plan.blend
    return {
        "triage": plan.triage.action,
        "triage_because": [
            {"id": each.slug, "kind": each.kind, "action": each.action, "how": each.how} for each in plan.triage.because
        ],
        **told(plan.triage, "questions", "provisional"),
        **told(plan, "implied"),
        "services": {slug: verdict_as_json(each) for slug, each in plan.services.items()},
        "addons": {slug: verdict_as_json(each) for slug, each in plan.addons.items()},
        "recommended": plan.recommended and told(plan.recommended, *RECOMMENDED),
        "alternatives": [told(each, *RECOMMENDED) for each in plan.alternatives],
        "oils": [oil_as_json(each) for each in plan.oils],
        "carrier": plan.carrier,
        "blend": blend and {**told(blend, "percent", "because"), "safety": True},
        "home_care": [tip_as_json(each) for each in plan.home_care],
        **told(plan, "open", "more", "also", "one_thing"),
        "withheld": {
            "oils": [withheld_as_json(each) for each in plan.withheld_oils],
            "home_care": [withheld_as_json(each) for each in plan.withheld_home_care],
        },
        "dropped": [{"id": each.slug, "for": list(each.instead_of)} for each in plan.dropped],
        "mails": {moment: list(texts) for moment, texts in plan.mails.items()},
        **told(plan, "claims"),
    }


def told(found: object, *names: str) -> dict[str, Any]:
    """What stands under these names, as JSON."""
    values = {name: getattr(found, name) for name in names}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def verdict_as_json(found: Verdict) -> dict[str, Any]:
    """A level with its reasons."""
    return {"level": found.level, "because": reasons_as_json(found.because)}


def reasons_as_json(reasons: Iterable[Reason | Clash]) -> list[dict[str, Any]]:
    """Reasons, each with the condition (none: the triage itself) or the technique that it comes from."""
    return [
        {
            **({"with": each.technique} if isinstance(each, Clash) else {"condition": each.condition or None}),
            **told(each, "level", "reason", "to"),
        }
        for each in reasons
    ]


def oil_as_json(found: ProposedOil) -> dict[str, Any]:
    """An oil with its percent."""
    return {
        "id": found.slug,
        **told(found, "percent", "use"),
        "because": told(found.because, "symptoms", "causes"),
        "caution": reasons_as_json(found.caution),
        **told(found, "review"),
    }


def tip_as_json(found: ProposedTip) -> dict[str, Any]:
    """A tip with the answers behind it."""
    return {
        "id": found.slug,
        "role": found.role,
        "because": told(found.because, "symptoms", "causes", "areas", "onset"),
        "caution": reasons_as_json(found.caution),
        **told(found, "review", "email", "wait_hours"),
    }


def withheld_as_json(found: Withheld) -> dict[str, Any]:
    """What was held back, and why."""
    return {"id": found.slug, "because": reasons_as_json(found.because)}
