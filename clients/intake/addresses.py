"""Where the pages of a health form are."""

from django.urls import reverse

from clients.catalogue import current_catalogue
from clients.intake.answers import missing_steps
from clients.intake.consent import answers_with_consent
from clients.models import IntakeRequest
from clinic.models import Practice

CHECK_STEP = "check"


def first_open_page(row: IntakeRequest, practice: Practice) -> str:
    """The page that comes next, or the last look."""
    catalogue = current_catalogue()
    missing = missing_steps(answers_with_consent(row, catalogue, practice), catalogue)
    return step_url(row, missing[0] if missing else CHECK_STEP)


def step_url(row: IntakeRequest, step: str) -> str:
    """The address of one page."""
    if step == CHECK_STEP:
        return reverse("clients:intake-check", args=[row.public_id])
    return reverse("clients:intake-step", args=[row.public_id, step])
