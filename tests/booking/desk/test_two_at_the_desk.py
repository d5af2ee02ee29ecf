"""Two people at the desk over one row: what one changed is not undone by the other's page."""

from typing import Any

import pytest
from django.urls import reverse

from booking.models import Appointment
from clients.intake.actions import request_intake, submit_intake
from clients.models import CarePlan, CarePlanItem, Client
from clients.plans.review import approve_plan
from clients.record.self_service import change_address
from clinic.models import Practice
from tests.booking.desk.test_appointment import url
from tests.clients.steps import fill
from tests.fixtures.actions import move
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.forms import Sent, filled, form_to


def contact_of(desk: Browser, client: Client) -> tuple[str, Sent]:
    """Where a client's contact is saved, and its form as the page shows it."""
    action = reverse("booking:desk-client-contact", args=[client.public_id])
    return action, form_to(desk.get(reverse("booking:desk-client", args=[client.public_id])), action)


def test_a_corrected_address_is_not_turned_back_by_a_note_for_the_desk(desk: Browser, cast: Cast) -> None:
    action, sent = contact_of(desk, cast.ana)
    change_address(cast.ana, "ana.lind@example.org")
    assert desk.post(action, {**sent, "desk_note": "rings twice"}).status_code == 302
    cast.ana.refresh_from_db()
    assert (cast.ana.email, cast.ana.desk_note) == ("ana.lind@example.org", "rings twice")


def test_two_addresses_are_both_shown_and_one_is_chosen(desk: Browser, cast: Cast) -> None:
    action, sent = contact_of(desk, cast.ana)
    change_address(cast.ana, "ana.lind@example.org")
    refused = desk.post(action, {**sent, "email": "lind@example.org"})
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "ana.lind@example.org" in page
    assert "Ana Lind saved this at" in page, "the client did it themselves"
    assert form_to(refused, action)["email"] == ["lind@example.org"]
    cast.ana.refresh_from_db()
    assert cast.ana.email == "ana.lind@example.org"
    assert desk.post(action, form_to(refused, action)).status_code == 302
    cast.ana.refresh_from_db()
    assert cast.ana.email == "lind@example.org"


def test_a_room_given_meanwhile_stays_where_nobody_touched_it(desk: Browser, cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10), service=cast.hot_stone)
    sent = filled(desk.get(url(appointment)), "appointment-form")
    Appointment.objects.filter(pk=appointment.pk).update(room=cast.blue_room)
    assert desk.post(url(appointment, "place"), sent).status_code == 302
    appointment.refresh_from_db()
    assert (appointment.room, appointment.kit) == (cast.blue_room, cast.kit)


def test_an_appointment_moved_meanwhile_is_not_moved_again_unseen(desk: Browser, cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    page = desk.get(url(appointment, "move"))
    sent = {"therapist": str(cast.mira.public_id), "day": cast.day().isoformat(), "time": "14:00"}
    sent["revision"] = str(page.context["appointment"].revision)
    move(appointment, start=cast.at(12), therapist=cast.mira, via=Appointment.Via.DESK, by=cast.owner)
    refused = desk.post(url(appointment, "move"), sent)
    assert refused.status_code == 409
    appointment.refresh_from_db()
    assert appointment.starts_at == cast.at(12)
    assert filled(refused)["revision"][:1] == [str(appointment.revision)]
    assert desk.post(url(appointment, "move"), {**sent, "revision": str(appointment.revision)}).status_code == 302
    appointment.refresh_from_db()
    assert appointment.starts_at == cast.at(14)


@pytest.fixture
def planned(cast: Cast) -> tuple[Appointment, CarePlan]:
    """Ana's appointment and the plan that was made for it."""
    appointment = cast.appointment(cast.at(10))
    row = fill(request_intake(cast.ana, technique_slug="regular-massage", appointment=appointment.public_id))
    return appointment, submit_intake(row).plans.get()


def released(plan: CarePlan) -> list[CarePlanItem]:
    """The tips that are the client's, in order."""
    return list(plan.items.filter(kind="home-care", state=CarePlanItem.State.RELEASED).order_by("position"))


def approve(desk: Browser, planned: tuple[Appointment, CarePlan], sent: Sent) -> Any:
    """Press the button."""
    appointment, plan = planned
    return desk.post(f"{url(appointment)}plans/{plan.public_id}/", sent)


def test_a_colleagues_dose_and_tick_stay_where_one_approves_something_else(
    desk: Browser, cast: Cast, planned: tuple[Appointment, CarePlan]
) -> None:
    appointment, plan = planned
    sent = filled(desk.get(url(appointment)), "appointment-form")
    first, second, third = released(plan)[:3]
    keep = {item.pk for item in plan.items.all() if item.state == "released"} - {second.pk}
    approve_plan(plan, by=cast.owner, keep=keep, doses={first.pk: "twice a day"}, practice=Practice.current())
    assert approve(desk, planned, {**sent, f"dose-{third.pk}": ["in the evening"]}).status_code == 302
    for item in (first, second, third):
        item.refresh_from_db()
    assert (first.dose, third.dose) == ("twice a day", "in the evening")
    assert second.state == CarePlanItem.State.DROPPED


def test_two_doses_are_both_shown_and_approved_on_purpose(
    desk: Browser, cast: Cast, planned: tuple[Appointment, CarePlan]
) -> None:
    appointment, plan = planned
    sent = filled(desk.get(url(appointment)), "appointment-form")
    first = released(plan)[0]
    keep = {item.pk for item in plan.items.all() if item.state == "released"}
    approve_plan(plan, by=cast.owner, keep=keep, doses={first.pk: "twice a day"}, practice=Practice.current())
    refused = approve(desk, planned, {**sent, f"dose-{first.pk}": ["once a day"]})
    assert refused.status_code == 409
    assert "twice a day" in refused.content.decode()
    again = filled(refused, "appointment-form")
    assert again[f"dose-{first.pk}"] == ["once a day"]
    first.refresh_from_db()
    assert first.dose == "twice a day"
    assert approve(desk, planned, again).status_code == 302
    first.refresh_from_db()
    assert first.dose == "once a day"


def test_an_order_put_meanwhile_stays_where_nobody_else_put_one(
    desk: Browser, cast: Cast, planned: tuple[Appointment, CarePlan]
) -> None:
    appointment, plan = planned
    sent = filled(desk.get(url(appointment)), "appointment-form")
    first, second, *rest = released(plan)
    order = [second.pk, first.pk, *(each.pk for each in rest)]
    keep = {item.pk for item in plan.items.all() if item.state == "released"}
    approve_plan(plan, by=cast.owner, keep=keep, order=order, practice=Practice.current())
    assert approve(desk, planned, {**sent, f"dose-{first.pk}": ["once"]}).status_code == 302
    assert [each.pk for each in released(plan)][:2] == [second.pk, first.pk]


def test_two_orders_are_asked_about(desk: Browser, cast: Cast, planned: tuple[Appointment, CarePlan]) -> None:
    appointment, plan = planned
    sent = filled(desk.get(url(appointment)), "appointment-form")
    first, second, third, *rest = released(plan)
    keep = {item.pk for item in plan.items.all() if item.state == "released"}
    theirs = [second, first, third, *rest]
    mine = [third, first, second, *rest]
    approve_plan(plan, by=cast.owner, keep=keep, order=[each.pk for each in theirs], practice=Practice.current())
    typed = [key for key in sent["order"] if int(key) not in {each.pk for each in mine}]
    typed += [str(each.pk) for each in mine]
    refused = approve(desk, planned, {**sent, "order": typed})
    assert refused.status_code == 409
    assert [each.pk for each in released(plan)][:3] == [each.pk for each in theirs[:3]]
    assert approve(desk, planned, filled(refused, "appointment-form")).status_code == 302
    assert [each.pk for each in released(plan)][:3] == [each.pk for each in mine[:3]]
