"""Who the client is, how the session should be, and what they consent to."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from clients.care import Catalogue
from clients.intake.checks.basics import (
    LONGEST_LINE,
    StepData,
    birth_date_of,
    field_refusal,
    one_of,
    ticked_slugs,
    typed_text,
    yes_or_no,
)
from clients.intake.fields import options_of

LONGEST_TYPED_NAME = 160
LONGEST_RELATION = 80
# By column of the intake, the question of the catalogue.
CHOICES = {"massage_before": "massage-before", "pressure": "pressure"}
TICKS = {"aids": "lenses-aids", "communication": "communication", "room": "room"}


def check_you(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """The date of birth, who is called in an emergency, the doctor, the work. All but the first may stay empty."""
    born_on = birth_date_of(data)
    return {
        "born_on": born_on.isoformat() if born_on else "",
        "emergency_contact": typed_text(data, "emergency_contact", longest=LONGEST_LINE),
        "physician": typed_text(data, "physician", longest=LONGEST_LINE),
        "occupation": one_of(data, "occupation", dict(options_of(catalogue, "occupation"))),
    }


def check_comfort(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """How the session should be; all may stay empty. `positions` is None where it was not asked."""
    positions = data.get("positions")
    lying = dict(options_of(catalogue, "lie"))
    return {
        **{name: one_of(data, name, dict(options_of(catalogue, field))) for name, field in CHOICES.items()},
        **{name: ticked_slugs(data, name, dict(options_of(catalogue, field))) for name, field in TICKS.items()},
        "positions": None if positions is None else ticked_slugs(data, "positions", lying),
        "table": yes_or_no(data, "table"),
    }


def check_goal(data: StepData, _catalogue: Catalogue) -> dict[str, Any]:
    """One thing to do again, and whether tips may come by mail; both may stay open."""
    return {"goals": typed_text(data, "goals"), "tips_by_mail": yes_or_no(data, "tips_by_mail")}


def check_consent(data: StepData, _catalogue: Catalogue) -> dict[str, Any]:
    """The ticks, the typed name, and which text they were given to (`text_hash`)."""
    if data.get("treatment") is not True:
        raise field_refusal(_("We can only treat you with your consent."), where="treatment", code="missing")
    signature = typed_text(data, "signature", longest=LONGEST_TYPED_NAME)
    if not signature:
        raise field_refusal(_("Please type your name as your signature."), where="signature", code="missing")
    ticks = {name: data.get(name) is True for name in ("treatment", "hot_stone", "statistics")}
    return {
        **ticks,
        **guardian_answers(data),
        "signature": signature,
        "text_hash": typed_text(data, "text_hash", longest=64),
    }


def guardian_answers(data: StepData) -> dict[str, Any]:
    """What a parent or guardian typed and ticked; all of it may be empty."""
    return {
        "guardian": typed_text(data, "guardian", longest=LONGEST_TYPED_NAME),
        "guardian_relation": typed_text(data, "guardian_relation", longest=LONGEST_RELATION),
        "guardian_agrees": data.get("guardian_agrees") is True,
    }


def must_have_guardian(consent: StepData) -> None:
    """Raise Refusal unless a parent or guardian signed for themselves, said who they are, and agreed."""
    asked = {
        "guardian_agrees": _("Under 18 we can only treat you when a parent or guardian agrees."),
        "guardian_relation": _("Please say who the guardian is, for example mother."),
        "guardian": _("Under 18 a parent or guardian signs as well. Please have them type their name."),
    }
    for name, message in asked.items():
        if not consent[name]:
            raise field_refusal(message, where=name, code="missing")
