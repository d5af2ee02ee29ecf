"""What programs are told: rows in the transaction of the change, the appointment as it then stands, and no more."""

import datetime as dt
import json
from typing import Any

import pytest
from django.db import transaction

from booking.api.practice_appointments import appointments_for_programs
from booking.appointments.status import accept_request, complete_appointment, mark_no_show
from booking.appointments.undo import Placement, undo_move
from booking.models import Appointment, Status, WebhookDelivery, WebhookEndpoint, WebhookEvent
from booking.reminders.change_news import ChangeNews
from clients.models import Client
from tests.booking.appointments.test_book import booked
from tests.fixtures.actions import cancel, move
from tests.fixtures.cast import Cast, let_go_by

pytestmark = pytest.mark.usefixtures("endpoint")


def told() -> list[dict[str, Any]]:
    """What was written, in order."""
    return [json.loads(each.body) for each in WebhookDelivery.objects.order_by("pk")]


def types() -> list[str]:
    """The types of it."""
    return [each["type"] for each in told()]


def test_a_booking_is_told_with_its_times_and_ids(cast: Cast) -> None:
    appointment = booked(cast)
    (event,) = told()
    assert event["type"] == "appointment.booked"
    data = event["data"]
    assert data["client"] == {"id": str(appointment.client.public_id)}
    assert data["appointment"]["id"] == str(appointment.public_id)
    assert data["appointment"]["start"] == appointment.starts_at.astimezone(cast.zone).isoformat()
    assert dt.datetime.fromisoformat(data["appointment"]["start_utc"]) == appointment.starts_at
    assert set(data["appointment"]) == {
        *("id", "revision", "status", "start", "end", "start_utc", "end_utc", "time_zone", "service", "add_ons"),
        *("minutes", "therapist", "room", "via"),
    }


@pytest.mark.invariant("I10")
def test_no_health_word_no_name_no_address_and_no_reason_is_told(cast: Cast) -> None:
    canary = "canary-lumbago"
    Client.objects.filter(pk=cast.ana.pk).update(alert=canary, desk_note=canary)
    appointment = cast.appointment(cast.at(10))
    Appointment.objects.filter(pk=appointment.pk).update(client_note=canary)
    cancel(appointment, reason=canary, via=Appointment.Via.DESK)
    body = WebhookDelivery.objects.get().body
    for word in (canary, "Ana", "Lind", "ana@example.org", "5550", "Mira", cast.regular.technique):
        assert word not in body


def test_each_change_is_told_as_what_it_is(cast: Cast) -> None:
    appointment = booked(cast)
    move(appointment, start=cast.at(12), via=Appointment.Via.DESK)
    let_go_by(appointment, dt.timedelta(days=30))
    appointment.refresh_from_db()
    complete_appointment(appointment, by=cast.owner)
    mark_no_show(appointment, by=cast.owner)
    assert types() == [
        "appointment.booked",
        "appointment.moved",
        "appointment.completed",
        "appointment.no_show",
    ]
    assert [each["data"]["appointment"]["revision"] for each in told()] == [0, 1, 1, 1]


def test_a_request_is_booked_then_confirmed(cast: Cast) -> None:
    asked = cast.appointment(cast.at(10), status=Status.REQUESTED)
    accept_request(asked, by=cast.owner, practice=cast.practice)
    assert types() == ["appointment.confirmed"]


def test_a_time_that_was_only_offered_is_told_of_to_nobody(cast: Cast) -> None:
    offered = cast.appointment(cast.at(10), status=Status.OFFERED)
    cancel(offered, reason="", via=Appointment.Via.WAITLIST)
    assert types() == []
    assert not appointments_for_programs().filter(status=Status.OFFERED).exists()


def test_an_undo_is_a_change_of_its_own_and_ends_where_it_began(cast: Cast) -> None:
    """Programs mirror the calendar, so they hear at once that a time is taken, and at once that it is not."""
    appointment = cast.appointment(cast.at(10))
    before = Placement.of(appointment)
    move(appointment, start=cast.at(12), via=Appointment.Via.DESK, news=ChangeNews(waits=True))
    undo_move(appointment, before=before, via=Appointment.Via.DESK, by=cast.owner)
    assert types() == ["appointment.moved"] * 2
    last = told()[-1]["data"]["appointment"]
    assert (dt.datetime.fromisoformat(last["start_utc"]), last["revision"]) == (cast.at(10), 2)


def test_what_is_rolled_back_is_told_to_nobody(cast: Cast) -> None:
    def taken_back() -> None:
        with transaction.atomic():
            booked(cast)
            assert WebhookDelivery.objects.count() == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        taken_back()
    assert not WebhookDelivery.objects.exists()


def test_a_program_hears_only_what_it_asked_for_and_nothing_while_paused(cast: Cast, endpoint: WebhookEndpoint) -> None:
    WebhookEndpoint.objects.update(events=[WebhookEvent.CANCELLED])
    appointment = booked(cast)
    assert types() == []
    WebhookEndpoint.objects.update(active=False)
    cancel(appointment, reason="", via=Appointment.Via.DESK)
    assert types() == []


def test_two_programs_hear_of_the_same_event(cast: Cast, endpoint: WebhookEndpoint) -> None:
    other = WebhookEndpoint(url="https://other.example/", events=endpoint.events)
    other.new_secret()
    other.save()
    booked(cast)
    rows = WebhookDelivery.objects.all()
    assert {each.endpoint_id for each in rows} == {endpoint.pk, other.pk}
    assert len({each.event_id for each in rows}) == 1
