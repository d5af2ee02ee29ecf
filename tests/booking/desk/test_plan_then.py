"""An old session shows the plan as it was then: what was released, and who said yes; not what became of it since."""

import datetime as dt

import pytest

from booking.desk.session.plan_column import PlanThen, plan_then
from booking.models import Appointment, Status
from clients.models import CarePlan
from clients.plans.actions import make_plan
from clients.plans.review import approve_plan
from clinic.models import Practice
from tests.booking.desk.test_appointment import in_pain, url
from tests.fixtures.browser import Browser, flat
from tests.fixtures.cast import Cast


@pytest.fixture
def old(cast: Cast) -> Appointment:
    """Ana's session a month ago."""
    return cast.appointment(cast.at(10, ahead=-30), status=Status.COMPLETED)


@pytest.fixture
def plan(cast: Cast, old: Appointment) -> CarePlan:
    """The plan that was made the day before."""
    return make_plan(
        in_pain(cast),
        technique_slug="regular-massage",
        now=old.starts_at - dt.timedelta(days=1),
        practice=Practice.current(),
    )


def seen(appointment: Appointment) -> PlanThen:
    """The plan of that session, which must be there."""
    found = plan_then(appointment)
    assert found is not None
    return found


def names(found: PlanThen) -> list[str]:
    """What was released, in order."""
    return [item.name for item in found.items]


def test_what_was_approved_by_then_stays_whatever_is_approved_later(
    cast: Cast, old: Appointment, plan: CarePlan
) -> None:
    first, second, *_rest = [item for item in plan.items.all() if not item.withheld_because]
    approve_plan(
        plan,
        by=cast.owner,
        keep=[first.pk],
        doses={first.pk: "twice a day"},
        now=old.starts_at,
        practice=Practice.current(),
    )
    approve_plan(plan, by=cast.mira.user, keep=[second.pk], practice=Practice.current())  # type: ignore[arg-type] # she has one
    found = seen(old)
    assert (names(found), found.items[0].dose, found.by) == ([first.name], "twice a day", str(cast.owner))
    assert found.at == old.starts_at
    assert found.changed_on is not None


def test_the_page_shows_it_and_names_who_approved(cast: Cast, old: Appointment, plan: CarePlan, desk: Browser) -> None:
    first, second, *_rest = [item for item in plan.items.filter(kind="home-care") if not item.withheld_because]
    approve_plan(plan, by=cast.mira.user, keep=[first.pk], now=old.starts_at, practice=Practice.current())  # type: ignore[arg-type] # she has one
    approve_plan(plan, by=cast.owner, keep=[second.pk], practice=Practice.current())
    page = flat(desk.get(url(old)))
    then = page[page.index("then-title") : page.index("Go through it again today")]
    assert first.name in then
    assert second.name not in then
    assert "approved by Mira Feld" in then


def test_a_newer_plan_says_nothing_of_an_old_session(cast: Cast, old: Appointment, plan: CarePlan) -> None:
    keep = [item.pk for item in plan.items.all() if not item.withheld_because][:1]
    approve_plan(plan, by=cast.owner, keep=keep, now=old.starts_at, practice=Practice.current())
    later = make_plan(in_pain(cast), technique_slug="regular-massage", practice=Practice.current())
    approve_plan(later, by=cast.owner, keep=[], practice=Practice.current())
    assert len(names(seen(old))) == 1
    assert seen(old).changed_on is None


def test_what_nobody_had_approved_is_said_to_be_so(cast: Cast, old: Appointment, plan: CarePlan) -> None:
    approve_plan(plan, by=cast.owner, keep=[], practice=Practice.current())
    found = seen(old)
    assert (found.at, found.by) == (None, "")
    assert names(found)


def test_a_session_of_today_is_about_the_plan_of_today(cast: Cast) -> None:
    make_plan(in_pain(cast), technique_slug="regular-massage", practice=Practice.current())
    assert plan_then(cast.appointment(cast.at(10))) is None


def test_before_the_first_plan_there_was_none(cast: Cast, plan: CarePlan) -> None:
    assert plan_then(cast.appointment(cast.at(10, ahead=-60), status=Status.COMPLETED)) is None
