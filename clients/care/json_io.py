"""The engine's outer form: one JSON object in, one JSON object out (`manage.py care_plan`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from clients.care.answers import Answers, BadAnswersError, UnknownSlugError
from clients.care.items import Rule
from clients.care.plans import Clash, Plan, Proposal, Withheld
from clients.care.regions import REGIONS_BY_COUNTRY, code_of

ANSWER_LISTS = ("symptoms", "onset", "causes", "areas", "conditions", "red_flags")
ANSWER_WORDS = ("service", "region")


def answers_from_json(line: str) -> Answers:
    """The answers in one line of JSON. A key that is left out is an empty answer.

    Raises BadAnswersError for broken JSON, a wrong type, an unknown or repeated key, and an unknown region: an answer
    lost by a misspelling would make the advice unsafe. Slugs are checked by the engine, which knows the catalogue.
    """
    try:
        raw = json.loads(line, object_pairs_hook=refuse_repeated_keys)
    except BadAnswersError:
        raise
    except (ValueError, RecursionError) as error:
        raise BadAnswersError(f"not valid JSON: {error}") from error
    if not isinstance(raw, dict):
        raise BadAnswersError("expected one JSON object")
    if strange := sorted(raw.keys() - {*ANSWER_LISTS, *ANSWER_WORDS}):
        raise BadAnswersError(f"unknown key {', '.join(json.dumps(key) for key in strange)}")
    region = word_in(raw, "region")
    code = code_of(region)
    if code and code not in REGIONS_BY_COUNTRY:
        raise UnknownSlugError([("region", str(region))])
    return Answers(
        **{key: slugs_in(raw, key) for key in ANSWER_LISTS},
        service=word_in(raw, "service"),
        region=code or None,
    )


def refuse_repeated_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadAnswersError("a key stands twice in the JSON object")
    return found


def slugs_in(raw: Mapping[str, Any], key: str) -> frozenset[str]:
    value = raw.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadAnswersError(f'"{key}" should be a list of slugs')
    return frozenset(value)


def word_in(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    if value is not None and not isinstance(value, str):
        raise BadAnswersError(f'"{key}" should be text or null')
    return value


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """The plan in the form that outside tools rely on; every list is in the order of the rules."""
    return {
        "triage": plan.triage,
        "implied": list(plan.implied),
        "services": {
            slug: {"level": found.level, "because": [rule_as_json(each) for each in found.because]}
            for slug, found in plan.services.items()
        },
        "oils": [proposal_as_json(each) for each in plan.oils],
        "carrier": plan.carrier,
        "home_care": [proposal_as_json(each) for each in plan.home_care],
        "withheld": {
            "oils": [withheld_as_json(each) for each in plan.withheld_oils],
            "home_care": [withheld_as_json(each) for each in plan.withheld_home_care],
        },
    }


def rule_as_json(found: Rule) -> dict[str, str]:
    return {"condition": found.condition, "reason": found.reason}


def proposal_as_json(found: Proposal) -> dict[str, Any]:
    because = found.because
    return {
        "id": found.slug,
        "score": found.score,
        "because": {
            "symptoms": list(because.symptoms),
            "causes": list(because.causes),
            "onset": list(because.onset),
            "areas": list(because.areas),
        },
        "caution": [rule_as_json(each) for each in found.caution],
        "not_with": list(found.not_with),
        "review": found.review,
    }


def withheld_as_json(found: Withheld) -> dict[str, Any]:
    return {
        "id": found.slug,
        "because": [
            {"with": each.technique, "reason": each.reason} if isinstance(each, Clash) else rule_as_json(each)
            for each in found.because
        ],
    }
