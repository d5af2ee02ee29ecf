"""What each page of the intake says above its questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DEFAULT_TEMPLATE = "clients/intake/step.html"


@dataclass(frozen=True)
class StepWords:
    """The short label beside the progress, the one question as heading, and a quiet line below it."""

    label: StrOrPromise
    heading: StrOrPromise
    lead: StrOrPromise = ""
    template: str = DEFAULT_TEMPLATE


STEP_PAGES = {
    "you": StepWords(_("You"), _("About you")),
    "complaint": StepWords(_("What brings you"), _("What brings you?"), template="clients/intake/complaint.html"),
    "where": StepWords(
        _("Where"), _("Where is it?"), _("Left and right are yours, not ours."), "clients/intake/where.html"
    ),
    "since": StepWords(_("Since when"), _("Since when, and from what?"), template="clients/intake/since.html"),
    "signs": StepWords(
        _("Warning signs"),
        _("Is any of this so?"),
        _("These are rare. Some of them need a doctor, not a massage."),
        "clients/intake/signs.html",
    ),
    "health": StepWords(_("Your health"), _("Your health"), template="clients/intake/health.html"),
    "confirm": StepWords(
        _("Is this so?"),
        _("Did we read you right?"),
        _("You wrote this in your own words. Please keep ticked what is so."),
        "clients/intake/confirm.html",
    ),
    "more-signs": StepWords(
        _("Warning signs"),
        _("Is any of this so?"),
        _("What you told us about your health calls for these."),
        "clients/intake/signs.html",
    ),
    "comfort": StepWords(_("Your comfort"), _("How should it be?"), template="clients/intake/comfort.html"),
    "goal": StepWords(_("Your plan"), _("Your plan")),
    "consent": StepWords(_("Your consent"), _("Your consent"), template="clients/intake/consent.html"),
}
