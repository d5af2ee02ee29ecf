"""The pages of the intake, one thought each. They help to answer well; clients/actions/steps.py decides."""

from clients.forms.consent import ConsentForm
from clients.forms.health import HealthForm, SignsForm
from clients.forms.pain import CauseForm, FeelForm, LifeForm, SinceForm, WhereForm
from clients.forms.steps import StepForm
from clients.forms.words import WishesForm, WordsForm

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
