"""Answers that tests start from."""

from collections.abc import Iterable
from typing import Any

from clients.care import shipped
from clients.intake.steps import HEALTH_STEPS, condition_groups
from clients.models import Consent
from clinic.models import Practice


def health(step: str, *ticked: str) -> dict[str, Any]:
    """One health page with these conditions ticked, and “none of these” in every other group."""
    catalogue = shipped()
    busy = {catalogue.index.conditions[slug].group for slug in ticked}
    return {
        "conditions": list(ticked),
        "none": [group for group in condition_groups(step, catalogue) if group not in busy],
    }


def signs(*ticked: str) -> dict[str, Any]:
    """The warning signs page, all of them asked."""
    asked = [flag.slug for flag in shipped().red_flags]
    return {"red_flags": list(ticked), "none": not ticked, "asked": asked}


def consented(**changed: Any) -> dict[str, Any]:
    """A signed consent to today's text; with a `guardian`, who is the mother and agrees."""
    mother = {"guardian_relation": "mother", "guardian_agrees": True} if changed.get("guardian") else {}
    return {
        "treatment": True,
        "hot_stone": False,
        "personal_tips": True,
        "statistics": False,
        "signature": "Ana Berg",
        "guardian": "",
        "guardian_relation": "",
        "guardian_agrees": False,
        "text_hash": Consent.hash_of(Practice.current().consent_text),
        **mother,
        **changed,
    }


def conditions(slugs: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The three health pages with these conditions ticked."""
    index = shipped().index.conditions
    return {
        step: health(step, *(slug for slug in slugs if index[slug].group in condition_groups(step, shipped())))
        for step in HEALTH_STEPS
    }


SORE_BACK: dict[str, dict[str, Any]] = {
    "where": {"areas": ["lower-back:left", "lower-back:right", "neck:centre"], "none": False},
    "feel": {"symptoms": ["dull-ache", "stiffness"], "none": False},
    "since": {"onset": ["chronic", "recurrent-flare"], "now": 5, "average": 4, "worst": 8},
    "life": {},
    "cause": {"causes": ["computer-work"], "aggravating": ["agg-sitting"], "relieving": []},
    "signs": signs(),
    **conditions([]),
    "words": {"medicines": "Ramipril 5 mg", "allergies": "", "surgery": "Left knee, 2015"},
    "wishes": {"goals": "Sleep through", "pressure": "medium", "areas_to_avoid": "Feet"},
}
