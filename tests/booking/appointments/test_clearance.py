"""The doctor's note: asked for by the answers, seen by somebody here, then the request is accepted."""

import datetime as dt

import pytest
from django.utils import timezone

from booking.appointments.clearance import asks_for_clearance, needs_clearance
from booking.appointments.screening import SafetyAnswers
from booking.errors import NotPossible
from booking.models import Appointment, Status
from clients.models import Intake
from tests.fixtures.actions import accept, book, cancel, see_clearance, swap_service
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


@pytest.fixture
def asked_for(cast: Cast) -> Appointment:
    """Ana takes a blood thinner and asked for hot stones: her doctor must agree."""
    return book(
        service=cast.hot_stone,
        start=cast.at(10),
        client=cast.ana,
        answers=SafetyAnswers(conditions=frozenset({"anticoagulants"})),
        policy_accepted=True,
        via="web",
    )


def today(cast: Cast) -> dt.date:
    """The date in the practice."""
    return timezone.now().astimezone(cast.zone).date()


def url(appointment: Appointment, action: str = "") -> str:
    """A page of the desk about an appointment."""
    return f"/desk/appointments/{appointment.public_id}/" + (f"{action}/" if action else "")


def test_a_request_is_not_accepted_before_the_note_was_seen(cast: Cast, asked_for: Appointment) -> None:
    assert asked_for.status == Status.REQUESTED
    assert needs_clearance(asked_for, None, cast.practice)
    with pytest.raises(NotPossible, match="doctor's note"):
        accept(asked_for, by=cast.owner)
    asked_for.refresh_from_db()
    assert asked_for.status == Status.REQUESTED


def test_a_note_that_was_seen_lets_it_be_accepted(cast: Cast, asked_for: Appointment) -> None:
    seen = see_clearance(asked_for, on=today(cast), by=cast.owner)
    assert (seen.clearance_seen_on, seen.clearance_seen_by) == (today(cast), cast.owner)
    assert not needs_clearance(seen, None, cast.practice)
    assert accept(asked_for, by=cast.owner).status == Status.CONFIRMED
    line = asked_for.changes.get(what="clearance")
    assert (line.by, line.after) == (cast.owner, today(cast).isoformat())


def test_the_day_lies_neither_ahead_nor_before_the_answers_that_ask(cast: Cast, asked_for: Appointment) -> None:
    with pytest.raises(NotPossible, match="still to come"):
        see_clearance(asked_for, on=today(cast) + dt.timedelta(days=1), by=cast.owner)
    with pytest.raises(NotPossible, match="before that"):
        see_clearance(asked_for, on=today(cast) - dt.timedelta(days=1), by=cast.owner)
    asked_for.refresh_from_db()
    assert asked_for.clearance_seen_on is None
    Appointment.objects.filter(pk=asked_for.pk).update(created_at=asked_for.created_at - dt.timedelta(days=9))
    on = today(cast) - dt.timedelta(days=9)
    assert see_clearance(asked_for, on=on, by=cast.owner).clearance_seen_on == on


def test_a_note_from_before_a_newer_health_form_that_asks_is_not_enough(cast: Cast, asked_for: Appointment) -> None:
    Appointment.objects.filter(pk=asked_for.pk).update(created_at=asked_for.created_at - dt.timedelta(days=9))
    Intake.objects.create(client=cast.ana, catalogue_version="1", triage="ok", conditions=["anticoagulants"])
    with pytest.raises(NotPossible, match="before that"):
        see_clearance(asked_for, on=today(cast) - dt.timedelta(days=1), by=cast.owner)
    assert see_clearance(asked_for, on=today(cast), by=cast.owner).clearance_seen_on


def test_a_note_that_was_seen_no_longer_shouts_from_the_day(cast: Cast, asked_for: Appointment, desk: Browser) -> None:
    day = f"/desk/?day={cast.day()}&who=all"
    before = desk.get(day).content.decode()
    assert "alert-stop" in before
    see_clearance(asked_for, on=today(cast), by=cast.owner)
    after = desk.get(day).content.decode()
    assert "alert-stop" not in after
    assert "Doctor&#x27;s note seen" in after


def test_an_appointment_that_is_off_takes_no_note(cast: Cast, asked_for: Appointment) -> None:
    cancel(asked_for, reason="fever", via="desk", by=cast.owner)
    with pytest.raises(NotPossible):
        see_clearance(asked_for, on=today(cast), by=cast.owner)


def test_another_service_may_need_none(cast: Cast, asked_for: Appointment) -> None:
    swapped = swap_service(asked_for, service=cast.regular_90, via="desk", by=cast.owner)
    assert not asks_for_clearance(swapped, None, cast.practice)
    assert accept(swapped, by=cast.owner).status == Status.CONFIRMED


def test_the_file_may_ask_for_what_the_booking_did_not_say(cast: Cast) -> None:
    Intake.objects.create(client=cast.ana, catalogue_version="1", triage="ok", conditions=["anticoagulants", "lost"])
    appointment = cast.appointment(cast.at(10), service=cast.hot_stone, status=Status.REQUESTED)
    with pytest.raises(NotPossible):
        accept(appointment, by=cast.owner)


def test_without_a_reason_nobody_asks_for_a_note(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10), status=Status.REQUESTED)
    assert "note not seen" not in desk.get(url(appointment)).content.decode()
    assert accept(appointment, by=cast.owner).status == Status.CONFIRMED


def test_the_desk_ticks_it_and_says_who_and_when(cast: Cast, desk: Browser, asked_for: Appointment) -> None:
    assert "Doctor&#x27;s note not seen yet" in desk.get(url(asked_for)).content.decode() or (
        "Doctor's note not seen yet" in desk.get(url(asked_for)).content.decode()
    )
    refused = desk.post(url(asked_for, "accept"), follow=True).content.decode()
    assert "Tick that you have seen it" in refused
    assert desk.post(url(asked_for, "clearance"), {"on": today(cast).isoformat()}).status_code == 302
    page = desk.get(url(asked_for)).content.decode()
    assert f"note seen on {today(cast):%-d %B %Y} by" in page
    assert desk.post(url(asked_for, "accept"), follow=True).context["appointment"].status == Status.CONFIRMED


@pytest.mark.parametrize("on", ["soon", "2999-01-01"])
def test_a_day_that_is_none_is_refused(cast: Cast, desk: Browser, asked_for: Appointment, on: str) -> None:
    desk.post(url(asked_for, "clearance"), {"on": on})
    asked_for.refresh_from_db()
    assert asked_for.clearance_seen_on is None


def test_only_the_team_sees_notes(asked_for: Appointment, client: Browser) -> None:
    assert client.post(url(asked_for, "clearance")).status_code == 302
    assert "/accounts/login/" in client.post(url(asked_for, "clearance")).headers["Location"]
    assert client.get(url(asked_for, "clearance")).status_code == 302
    asked_for.refresh_from_db()
    assert asked_for.clearance_seen_on is None


@pytest.fixture
def desk(cast: Cast, client: Browser) -> Browser:
    """Olga, the owner, at the desk."""
    client.force_login(cast.owner)
    return client
