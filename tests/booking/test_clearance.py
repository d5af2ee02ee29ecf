"""The doctor's note: asked for by the answers, seen by somebody here, then the request is accepted."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.utils import timezone

from booking.actions import Answers, accept, book, cancel, swap_service
from booking.actions.clearance import asks_for_note, needs_clearance, see_clearance
from booking.errors import NotPossible
from booking.models import Appointment
from booking.models.appointment import Status
from clients.models import Intake
from tests.fixtures.cast import House


@pytest.fixture
def asked_for(house: House) -> Appointment:
    """Ana takes a blood thinner and asked for hot stones: her doctor must agree."""
    return book(
        service=house.hot_stone,
        start=house.at(10),
        client=house.ana,
        answers=Answers(conditions=frozenset({"anticoagulants"})),
        policy_accepted=True,
        via="web",
    )


def today(house: House) -> dt.date:
    """The date in the practice."""
    return timezone.now().astimezone(house.zone).date()


def url(visit: Appointment, action: str = "") -> str:
    """A page of the desk about a visit."""
    return f"/desk/visits/{visit.public_id}/" + (f"{action}/" if action else "")


def test_a_request_is_not_accepted_before_the_note_was_seen(house: House, asked_for: Appointment) -> None:
    assert asked_for.status == Status.REQUESTED
    assert needs_clearance(asked_for, None)
    with pytest.raises(NotPossible, match="doctor's note"):
        accept(asked_for, by=house.owner)
    asked_for.refresh_from_db()
    assert asked_for.status == Status.REQUESTED


def test_a_note_that_was_seen_lets_it_be_accepted(house: House, asked_for: Appointment) -> None:
    seen = see_clearance(asked_for, on=today(house), by=house.owner)
    assert (seen.clearance_seen_on, seen.clearance_seen_by) == (today(house), house.owner)
    assert not needs_clearance(seen, None)
    assert accept(asked_for, by=house.owner).status == Status.CONFIRMED
    line = asked_for.changes.get(what="clearance")
    assert (line.by, line.after) == (house.owner, today(house).isoformat())


def test_the_day_lies_neither_ahead_nor_before_the_answers_that_ask(house: House, asked_for: Appointment) -> None:
    with pytest.raises(NotPossible, match="still to come"):
        see_clearance(asked_for, on=today(house) + dt.timedelta(days=1), by=house.owner)
    with pytest.raises(NotPossible, match="before that"):
        see_clearance(asked_for, on=today(house) - dt.timedelta(days=1), by=house.owner)
    asked_for.refresh_from_db()
    assert asked_for.clearance_seen_on is None
    Appointment.objects.filter(pk=asked_for.pk).update(created_at=asked_for.created_at - dt.timedelta(days=9))
    on = today(house) - dt.timedelta(days=9)
    assert see_clearance(asked_for, on=on, by=house.owner).clearance_seen_on == on


def test_a_note_from_before_a_newer_health_form_that_asks_is_not_enough(house: House, asked_for: Appointment) -> None:
    Appointment.objects.filter(pk=asked_for.pk).update(created_at=asked_for.created_at - dt.timedelta(days=9))
    Intake.objects.create(client=house.ana, catalogue_version="1", triage="ok", conditions=["anticoagulants"])
    with pytest.raises(NotPossible, match="before that"):
        see_clearance(asked_for, on=today(house) - dt.timedelta(days=1), by=house.owner)
    assert see_clearance(asked_for, on=today(house), by=house.owner).clearance_seen_on


def test_a_note_that_was_seen_no_longer_shouts_from_the_day(
    house: House, asked_for: Appointment, desk: Browser
) -> None:
    day = f"/desk/?day={house.day()}&who=all"
    before = desk.get(day).content.decode()
    assert "alert-stop" in before
    see_clearance(asked_for, on=today(house), by=house.owner)
    after = desk.get(day).content.decode()
    assert "alert-stop" not in after
    assert "Doctor&#x27;s note seen" in after


def test_a_visit_that_is_off_takes_no_note(house: House, asked_for: Appointment) -> None:
    cancel(asked_for, reason="fever", via="desk", by=house.owner)
    with pytest.raises(NotPossible):
        see_clearance(asked_for, on=today(house), by=house.owner)


def test_another_service_may_need_none(house: House, asked_for: Appointment) -> None:
    swapped = swap_service(asked_for, service=house.regular_90, via="desk", by=house.owner)
    assert not asks_for_note(swapped, None)
    assert accept(swapped, by=house.owner).status == Status.CONFIRMED


def test_the_file_may_ask_for_what_the_booking_did_not_say(house: House) -> None:
    Intake.objects.create(client=house.ana, catalogue_version="1", triage="ok", conditions=["anticoagulants", "lost"])
    visit = house.visit(house.at(10), service=house.hot_stone, status=Status.REQUESTED)
    with pytest.raises(NotPossible):
        accept(visit, by=house.owner)


def test_without_a_reason_nobody_asks_for_a_note(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(10), status=Status.REQUESTED)
    assert "note not seen" not in desk.get(url(visit)).content.decode()
    assert accept(visit, by=house.owner).status == Status.CONFIRMED


def test_the_desk_ticks_it_and_says_who_and_when(house: House, desk: Browser, asked_for: Appointment) -> None:
    assert "Doctor&#x27;s note not seen yet" in desk.get(url(asked_for)).content.decode() or (
        "Doctor's note not seen yet" in desk.get(url(asked_for)).content.decode()
    )
    refused = desk.post(url(asked_for, "accept"), follow=True).content.decode()
    assert "Tick that you have seen it" in refused
    assert desk.post(url(asked_for, "clearance"), {"on": today(house).isoformat()}).status_code == 302
    page = desk.get(url(asked_for)).content.decode()
    assert f"note seen on {today(house):%-d %B %Y} by" in page
    assert desk.post(url(asked_for, "accept"), follow=True).context["appointment"].status == Status.CONFIRMED


@pytest.mark.parametrize("on", ["soon", "2999-01-01"])
def test_a_day_that_is_none_is_refused(house: House, desk: Browser, asked_for: Appointment, on: str) -> None:
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
def desk(house: House, client: Browser) -> Browser:
    """Olga, the owner, at the desk."""
    client.force_login(house.owner)
    return client
