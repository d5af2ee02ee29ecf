"""The pages of the intake. They help to answer well; clients/intake/checks decides."""

from clients.intake.forms.complaint import ComplaintForm, SignsForm, SinceForm, WhereForm
from clients.intake.forms.consent import ConsentForm
from clients.intake.forms.health import ConfirmForm, HealthForm
from clients.intake.forms.person import ComfortForm, GoalForm, YouForm
from clients.intake.forms.steps import StepForm

__all__ = ["FORMS", "StepForm"]

FORMS: dict[str, type[StepForm]] = {
    "you": YouForm,
    "complaint": ComplaintForm,
    "where": WhereForm,
    "since": SinceForm,
    "signs": SignsForm,
    "health": HealthForm,
    "confirm": ConfirmForm,
    "more-signs": SignsForm,
    "comfort": ComfortForm,
    "goal": GoalForm,
    "consent": ConsentForm,
}
