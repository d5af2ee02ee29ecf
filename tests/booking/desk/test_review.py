"""The therapist's review at the desk: put in order, added to from the catalogue, and as typed until it is approved."""

import datetime as dt
import re
from typing import Any

import pytest

from booking.models import Appointment, Status
from clients.models import CarePlan, CarePlanItem
from clients.plans.actions import make_plan
from clients.plans.add_item import add_plan_item
from clinic.models import Practice
from tests.clients.plans.given import told
from tests.fixtures.browser import Browser, flat
from tests.fixtures.cast import Cast

State = CarePlanItem.State
DULL: dict[str, Any] = {"symptoms": ["dull-ache"], "onset": ["chronic"]}


def planned(cast: Cast, *conditions: str, **answers: Any) -> tuple[Appointment, CarePlan]:
    """An appointment of Ana, whose neck is stiff, and the plan made for it."""
    given: dict[str, Any] = {"symptoms": ["dull-ache", "stiffness"], "onset": ["chronic"], **answers}
    intake = told(cast.ana, *conditions, areas=["neck"], **given)
    appointment = cast.appointment(cast.at(10))
    return appointment, make_plan(
        intake, technique_slug="regular-massage", appointment=appointment.public_id, practice=Practice.current()
    )


def url(appointment: Appointment, plan: CarePlan, action: str = "") -> str:
    """Where a plan is approved, put in order or added to."""
    return f"/desk/appointments/{appointment.public_id}/plans/{plan.public_id}/" + (f"{action}/" if action else "")


def tips(plan: CarePlan) -> list[int]:
    """The ids of the released tips, in order."""
    return list(plan.items.filter(kind="home-care", state=State.RELEASED).values_list("pk", flat=True))


def order_on(page: str) -> list[int]:
    """The order that the form would send."""
    return [int(key) for key in re.findall(r'name="order" value="(\d+)"', page)]


def test_a_tip_goes_up_and_down_among_its_kind_and_nothing_is_kept_yet(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    before = tips(plan)
    page = flat(desk.post(url(appointment, plan, "order"), {"up": before[1], "keep": before}))
    shown = [key for key in order_on(page) if key in before]
    assert shown == [before[1], before[0], *before[2:]]
    assert tips(plan) == before
    page = flat(desk.post(url(appointment, plan, "order"), {"down": before[1], "order": order_on(page)}))
    assert [key for key in order_on(page) if key in before] == before


def test_at_the_edge_of_its_kind_an_item_stays(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    page = flat(desk.post(url(appointment, plan, "order"), {"up": tips(plan)[0]}))
    assert [key for key in order_on(page) if key in tips(plan)] == tips(plan)
    kinds = dict(plan.items.values_list("pk", "kind"))
    sections = [kinds[key] for key in order_on(page)]
    assert sections == sorted(sections, key=["oil", "carrier", "home-care"].index)


def test_ordering_keeps_ticks_reasons_and_doses_as_typed(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast, "anticoagulants", symptoms=["tight-spot", "stress-tension"])
    first, second = tips(plan)[:2]
    held = plan.items.get(slug="warm-bath")
    sent = {
        "up": second,
        "keep": [second, held.pk],
        f"dose-{second}": "Every hour",
        f"why-{held.pk}": "Only ever on the foot",
    }
    page = flat(desk.post(url(appointment, plan, "order"), sent))
    assert "Every hour" in page
    assert 'value="Only ever on the foot"' in page
    assert f'value="{second}" id="keep-{second}" checked' in page
    assert f'value="{first}" id="keep-{first}">' in page


def test_the_approved_order_is_the_clients(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    backwards = list(reversed(tips(plan)))
    assert desk.post(url(appointment, plan), {"keep": backwards, "order": backwards}).status_code == 302
    assert tips(plan) == backwards


def test_what_is_found_alone_is_added_and_ticked_and_several_are_offered(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    page = flat(desk.post(url(appointment, plan, "add"), {"find": "eucal"}))
    added = plan.items.get(slug="eucalyptus")
    assert f'value="{added.pk}" id="keep-{added.pk}" checked autofocus' in page
    assert f"added by {cast.owner}" in page
    assert added.state == State.DROPPED
    page = flat(desk.post(url(appointment, plan, "add"), {"find": "oil"}))
    assert "Choose one to add it" in page
    assert page.count('name="pick"') > 1


def test_a_picked_item_is_added_and_what_was_typed_stays(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    kept = tips(plan)[0]
    page = flat(desk.post(url(appointment, plan, "add"), {"pick": "coconut-oil", "find": "oil", "keep": [kept]}))
    added = plan.items.get(slug="coconut-oil") if plan.items.filter(slug="coconut-oil") else None
    assert f'id="keep-{kept}" checked' in page
    assert added is None or f'id="keep-{added.pk}" checked' in page


@pytest.mark.invariant("I6")
def test_a_blocked_item_is_added_with_its_reasons_and_a_place_for_the_therapists(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast, "anticoagulants", symptoms=["tight-spot", "stress-tension"])
    plan.items.filter(slug="warm-bath").delete()
    page = flat(desk.post(url(appointment, plan, "add"), {"find": "warm bath"}))
    added = plan.items.get(slug="warm-bath")
    assert "A rule holds this back" in page
    assert f'name="why-{added.pk}"' in page
    sent = {"keep": [added.pk], "order": order_on(page), f"why-{added.pk}": ""}
    assert desk.post(url(appointment, plan), sent).status_code == 422
    assert desk.post(url(appointment, plan), {**sent, f"why-{added.pk}": "Agreed with her doctor"}).status_code == 302
    added.refresh_from_db()
    assert (added.state, added.override_reason) == (State.RELEASED, "Agreed with her doctor")


def test_nothing_found_and_nothing_typed_say_so_and_add_nothing(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    count = plan.items.count()
    assert "Nothing of that name" in flat(desk.post(url(appointment, plan, "add"), {"find": "<b>zzz"}))
    assert desk.post(url(appointment, plan, "add"), {"find": " "}).status_code == 200
    assert desk.post(url(appointment, plan, "add"), {"pick": "panaway"}).status_code == 422
    assert plan.items.count() == count


def test_the_key_enter_never_approves(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    page = flat(desk.get(f"/desk/appointments/{appointment.public_id}/"))
    form = page[page.index('id="appointment-form"') :]
    first = re.search(r'<button[^>]*type="submit"[^>]*>', form)
    assert first is not None
    assert f'formaction="{url(appointment, plan, "add")}"' in first.group()


@pytest.mark.parametrize("sent", [{}, {"up": "x"}, {"up": "999999"}, {"down": ""}, {"up": "1", "order": "x"}])
def test_an_order_of_what_is_not_there_is_not_found(cast: Cast, desk: Browser, sent: dict[str, str]) -> None:
    appointment, plan = planned(cast)
    assert desk.post(url(appointment, plan, "order"), sent).status_code == 404


@pytest.mark.invariant("I8")
@pytest.mark.parametrize("action", ["add", "order"])
def test_a_plan_of_another_client_is_not_found(cast: Cast, desk: Browser, action: str) -> None:
    _appointment, plan = planned(cast)
    other = cast.appointment(cast.at(14), client=cast.ben)
    assert desk.post(url(other, plan, action), {"find": "lavender", "up": "1"}).status_code == 404


def test_an_old_appointment_shows_the_plan_of_its_time_and_names_who_added(cast: Cast, desk: Browser) -> None:
    old = cast.appointment(cast.at(10, ahead=-30), status=Status.COMPLETED)
    then = make_plan(
        told(cast.ana, **DULL),
        technique_slug="regular-massage",
        now=old.starts_at - dt.timedelta(days=1),
        practice=Practice.current(),
    )
    slug = "walking"
    add_plan_item(then, slug=slug, by=cast.owner, practice=Practice.current())
    make_plan(told(cast.ana, **DULL), technique_slug="regular-massage", practice=Practice.current())
    page = flat(desk.get(f"/desk/appointments/{old.public_id}/"))
    assert f"/plans/{then.public_id}/" in page
    assert f"added by {cast.owner}" in page
    before = cast.appointment(cast.at(10, ahead=-60), status=Status.COMPLETED)
    page = flat(desk.get(f"/desk/appointments/{before.public_id}/"))
    assert "/plans/" not in page
