"""The pages of the intake, one thought each. They help to answer well; clients/intake/steps.py decides."""

from clients.intake.forms.consent import ConsentForm
from clients.intake.forms.health import HealthForm, SignsForm
from clients.intake.forms.pain import CauseForm, FeelForm, LifeForm, SinceForm, WhereForm
from clients.intake.forms.steps import StepForm
from clients.intake.forms.words import WishesForm, WordsForm

__all__ = ["FORMS", "StepForm"]

FORMS: dict[str, type[StepForm]] = {
    "where": WhereForm,
    "feel": FeelForm,
    "since": SinceForm,
    "life": LifeForm,
    "cause": CauseForm,
    "signs": SignsForm,
    "today": HealthForm,
    "body": HealthForm,
    "long-term": HealthForm,
    "words": WordsForm,
    "wishes": WishesForm,
    "consent": ConsentForm,
}
