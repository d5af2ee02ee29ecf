"""The steps of an intake: the pages of the catalogue's health form (its `plan` is `goal` here, because an address of
the plan is taken), and two that only some answers call for.

`confirm` asks about what the client's own words suggest; `more-signs` asks the warning signs that health answers open.
Nothing reaches an intake without passing the check of its step.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from clients.care import Catalogue
from clients.intake.checks.basics import StepData
from clients.intake.checks.complaint import check_complaint, check_signs, check_since, check_where
from clients.intake.checks.health import check_confirm, check_health
from clients.intake.checks.person import check_comfort, check_consent, check_goal, check_you
from clinic.errors import Refusal

SavedSteps = Mapping[str, StepData]

CHECKS: dict[str, Callable[[StepData, Catalogue], dict[str, Any]]] = {
    "you": check_you,
    "complaint": check_complaint,
    "where": check_where,
    "since": check_since,
    "signs": check_signs,
    "health": check_health,
    "confirm": check_confirm,
    "more-signs": check_signs,
    "comfort": check_comfort,
    "goal": check_goal,
    "consent": check_consent,
}
INTAKE_STEPS = tuple(CHECKS)
SIGNS_STEPS = ("signs", "more-signs")
# Asked only of who comes with a complaint.
ABOUT_COMPLAINT = ("since",)


def check_step(step: str, data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """The answers of one step, clean. Raises Refusal whose `field` names the question at fault."""
    if step not in CHECKS:
        raise Refusal(_("We do not know this step."), code="unknown_step")
    return CHECKS[step](data, catalogue)
