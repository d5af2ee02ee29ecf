"""Answers that tests start from."""

from collections.abc import Iterable
from typing import Any

from clients.care import shipped
from clients.models import Consent
from clinic.models import Practice

BORN_ON = "1980-05-17"


def health(*ticked: str, **changed: Any) -> dict[str, Any]:
    """The health page with these conditions ticked, and “no” to every group without one."""
    catalogue = shipped()
    named = catalogue.index.conditions
    busy = {named[slug].group for slug in ticked if slug in named}
    return {
        "gates": {group.id: group.id in busy for group in catalogue.groups},
        "conditions": list(ticked),
        "where": {},
        "weeks": None,
        "medicines": "",
        "surgery": "",
        "allergies": "",
        "other_care": "",
        **changed,
    }


def signs(*ticked: str, **changed: Any) -> dict[str, Any]:
    """The page of warning signs, all of them asked about Ana's sore back."""
    return {
        "red_flags": list(ticked),
        "checked": {},
        "none": not ticked,
        "asked": [flag.id for flag in shipped().red_flags],
        "about": ABOUT,
        **changed,
    }


def consented(**changed: Any) -> dict[str, Any]:
    """A signed consent to today's text; with a `guardian`, who is the mother and agrees."""
    mother = {"guardian_relation": "mother", "guardian_agrees": True} if changed.get("guardian") else {}
    return {
        "treatment": True,
        "hot_stone": False,
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
    """The health page with these conditions ticked, by its step."""
    return {"health": health(*slugs)}


ABOUT = ["chronic", "dull-ache", "lower-back", "neck", "recurrent-flare", "stiffness"]
SORE_BACK: dict[str, dict[str, Any]] = {
    "you": {
        "born_on": BORN_ON,
        "emergency_contact": "Max Berg, 030 555",
        "physician": "Dr Lind",
        "occupation": "sitting",
    },
    "complaint": {"brings": "pain-or-tightness", "symptoms": ["dull-ache", "stiffness"], "none": False, "pain": 5},
    "where": {
        "areas": ["lower-back:left", "lower-back:right", "neck:centre"],
        "focus": ["lower-back"],
        "avoid": [],
        "areas_to_avoid": "Feet",
    },
    "since": {
        "onset": ["chronic", "recurrent-flare"],
        "causes": ["computer-work"],
        "aggravating": ["agg-sitting"],
        "relieving": [],
    },
    "signs": signs(),
    "health": health(medicines="Vitamin D", surgery="Left knee, 2015"),
    "comfort": {
        "massage_before": "felt-good",
        "pressure": "medium",
        "positions": ["front", "back", "side"],
        "table": False,
        "aids": ["contact-lenses"],
        "communication": ["speech"],
        "room": ["quiet"],
    },
    "goal": {"goals": "Sleep through", "tips_by_mail": True},
}
