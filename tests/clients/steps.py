"""Ways through the intake that tests share."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from clients.intake.actions import save_step
from clients.models import Intake, IntakeRequest
from clinic.models.links import LinkPurpose
from clinic.web.links import mint_link
from tests.clients.answers import SORE_BACK, consented
from tests.fixtures.browser import Browser


def fill(row: IntakeRequest, **changed: Mapping[str, Any]) -> IntakeRequest:
    """Save every step: Ana's sore back, with the steps in `changed` answered otherwise."""
    answers = {**SORE_BACK, "consent": consented(), **{step.replace("_", "-"): data for step, data in changed.items()}}
    for step, data in answers.items():
        save_step(row, step=step, data=data)
    return row


def opened(row: IntakeRequest, *, by_mail: bool = False) -> Browser:
    """A browser that has opened the link to this intake: one shown on a page, or one that came by mail."""
    browser = Browser()
    token = mint_link(purpose=LinkPurpose.INTAKE, subject=row.public_id, lasts=dt.timedelta(days=1), by_mail=by_mail)
    assert browser.get(f"/intake/{token}/").status_code == 302
    return browser


def plan_page(intake: Intake) -> str:
    """The HTML of the care plan that was made from an intake."""
    plan = intake.plans.get()
    token = mint_link(purpose=LinkPurpose.CARE, subject=plan.public_id, lasts=dt.timedelta(days=1))
    return Browser().get(f"/care/{token}/", follow=True).content.decode()
