"""The pages of the intake: the form of each, and what stands above its questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from clients.intake.forms.complaint import ComplaintForm, SignsForm, SinceForm, WhereForm
from clients.intake.forms.health import ConfirmForm, HealthForm
from clients.intake.forms.person import ComfortForm, ConsentForm, GoalForm, YouForm
from clients.intake.forms.steps import StepForm

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class StepPage:
    """The form, the short label beside the progress, the one question as heading, and a quiet line below it."""

    form: type[StepForm]
    label: StrOrPromise
    heading: StrOrPromise
    lead: StrOrPromise = ""
    template: str = "clients/intake/step.html"


STEP_PAGES = {
    "you": StepPage(YouForm, _("You"), _("About you")),
    "complaint": StepPage(
        ComplaintForm, _("What brings you"), _("What brings you?"), template="clients/intake/complaint.html"
    ),
    "where": StepPage(
        WhereForm, _("Where"), _("Where is it?"), _("Left and right are yours, not ours."), "clients/intake/where.html"
    ),
    "since": StepPage(
        SinceForm, _("Since when"), _("Since when, and from what?"), template="clients/intake/since.html"
    ),
    "signs": StepPage(
        SignsForm,
        _("Warning signs"),
        _("Any of these?"),
        _("These are rare. Some of them need a doctor, not a massage."),
        "clients/intake/signs.html",
    ),
    "health": StepPage(HealthForm, _("Your health"), _("Your health"), template="clients/intake/health.html"),
    "confirm": StepPage(
        ConfirmForm,
        _("Is this so?"),
        _("Did we read you right?"),
        _("You wrote this in your own words. Please keep ticked what is so."),
        "clients/intake/confirm.html",
    ),
    "more-signs": StepPage(
        SignsForm,
        _("Warning signs"),
        _("Any of these?"),
        _("What you told us about your health calls for these."),
        "clients/intake/signs.html",
    ),
    "comfort": StepPage(ComfortForm, _("Your comfort"), _("How should it be?"), template="clients/intake/comfort.html"),
    "goal": StepPage(GoalForm, _("Your plan"), _("Your plan")),
    "consent": StepPage(ConsentForm, _("Your consent"), _("Your consent"), template="clients/intake/consent.html"),
}
