"""The mail about an approved plan, where newer answers leave a safety question open: nothing is released (I6)."""

from typing import Any

import pytest

from booking.reminders.still_true import withdraw_untrue
from clients.models import CarePlan
from clients.plans.review import approve_plan
from clinic.models import MailState, OutgoingMail, Practice
from tests.clients.plans.given import given, told
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import mail_approved_plans

pytestmark = [pytest.mark.django_db, pytest.mark.invariant("I6")]
SORE_CALF: dict[str, Any] = {
    "symptoms": ["muscle-ache"],
    "onset": ["acute"],
    "causes": ["sport"],
    "areas": ["calf-shin"],
}


@pytest.fixture
def approved(cast: Cast) -> CarePlan:
    """Ana's plan, gone through by Mira."""
    plan = given(cast.ana)
    return approve_plan(
        plan, by=cast.owner, keep=[each.pk for each in plan.items.for_client()], practice=Practice.current()
    )


def open_a_question(cast: Cast) -> None:
    """Newer answers: an old clot, and now the calf aches."""
    told(cast.ana, "dvt-history", open_signs=True, **SORE_CALF)


def test_it_is_not_written(cast: Cast, approved: CarePlan) -> None:
    open_a_question(cast)
    assert mail_approved_plans() == 0
    assert not OutgoingMail.objects.filter(kind="care-plan").exists()


def test_one_that_waits_is_withdrawn(cast: Cast, approved: CarePlan) -> None:
    assert mail_approved_plans() == 1
    open_a_question(cast)
    assert withdraw_untrue(cast.practice) == 1
    assert OutgoingMail.objects.get(kind="care-plan").state == MailState.WITHDRAWN
