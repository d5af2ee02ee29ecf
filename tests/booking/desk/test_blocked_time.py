"""Appointments in blocked time: said on the calendar until each is moved, cancelled or kept, from one list."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from booking.models import Appointment, Reminder, ReminderState, Status, TimeOff
from clients.models import Client
from clinic.models import OutgoingMail
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders

LIST = "/desk/blocked/"


def block(cast: Cast, desk: Browser, **more: object) -> TimeOff:
    """Mira is ill on the cast's Tuesday."""
    day = cast.day().isoformat()
    who = {"therapist": str(cast.mira.public_id), "all_day": "on", "reason": "Mira is ill", **more}
    answer = desk.post("/desk/time-off/", {**who, "first_day": day, "last_day": day})
    assert answer.status_code == 302
    return TimeOff.objects.get()


def page(desk: Browser) -> str:
    """The list."""
    return " ".join(desk.get(LIST).content.decode().split())


def card(desk: Browser, cast: Cast, appointment: Appointment) -> dict[str, object]:
    """Its card in the drawn calendar."""
    found = desk.get("/desk/calendar/events/", {"day": cast.day().isoformat(), "who": "all"}).json()["cards"]
    return next(each for each in found if each["id"] == str(appointment.public_id))


def test_blocking_leads_to_what_lies_in_it_and_cancels_nothing(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    day = cast.day().isoformat()
    sent = {"therapist": str(cast.mira.public_id), "all_day": "on", "first_day": day, "last_day": day}
    assert desk.post("/desk/time-off/", sent)["Location"] == LIST
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED
    assert "tel:+49305550111" in page(desk)


def test_the_calendar_says_so_until_nothing_is_left(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    day = f"/desk/?day={cast.day().isoformat()}&who=all"
    assert card(desk, cast, appointment)["tone"] == "plain"
    block(cast, desk)
    drawn = card(desk, cast, appointment)
    assert drawn["tone"] == "caution"
    assert "time is blocked" in str(drawn["signs"])
    shown = desk.get(day).content.decode()
    assert "One appointment lies in blocked time" in shown or "1 appointment lies in blocked time" in shown
    assert "Time is blocked" in shown
    desk.post(f"{LIST}{appointment.public_id}/keep/")
    assert LIST not in desk.get(day).content.decode()
    assert card(desk, cast, appointment)["tone"] == "plain"
    assert "stays as booked" in page(desk)


def test_one_tap_moves_to_a_colleague_at_the_same_time_and_can_be_undone(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    block(cast, desk)
    (group,) = desk.get(LIST).context["groups"]
    first = group.waiting[0][1][0]
    assert first["value"].startswith(cast.at(10).astimezone(cast.zone).isoformat())
    move = reverse("booking:desk-appointment-move", args=[appointment.public_id])
    sent = {"alternative": first["value"], "revision": appointment.revision, "from_blocked": "1"}
    answer = desk.post(move, sent, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    words = " ".join(map(str, answer.context["messages"]))
    assert "Ana Lind: Moved. The client is told." in words
    assert "/desk/undo/" in words
    appointment.refresh_from_db()
    assert appointment.starts_at == cast.at(10)
    assert appointment.therapist != cast.mira
    assert "moved to" in page(desk)
    assert "Nothing is left to do." in page(desk)


def test_where_no_colleague_is_free_the_next_days_stand_there(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10))
    block(cast, desk, therapist="all")
    (group,) = desk.get(LIST).context["groups"]
    starts = [dt.datetime.fromisoformat(each["value"].partition("|")[0]) for each in group.waiting[0][1]]
    assert starts
    assert all(start.date() > cast.day() for start in starts)


def test_the_ticked_ones_are_cancelled_with_one_reason_and_the_others_stay(cast: Cast, desk: Browser) -> None:
    kim = Client.objects.create(first_name="Kim", last_name="Roe", phone="+49 30 5550 112")
    ticked = [cast.appointment(cast.at(10)), cast.appointment(cast.at(12), client=kim)]
    left = cast.appointment(cast.at(14), client=cast.ben)
    off = block(cast, desk)
    (group,) = desk.get(LIST).context["groups"]
    assert group.form.initial["reason"] == "Mira is ill"
    sent = {"off": off.pk, "reason": "Mira is ill", "appointment": [str(each.public_id) for each in ticked]}
    answer = desk.post(LIST, sent, follow=True)
    for each in ticked:
        each.refresh_from_db()
        assert (each.status, each.reason, each.cancelled_by_client) == (Status.CANCELLED, "Mira is ill", False)
    left.refresh_from_db()
    assert left.status == Status.CONFIRMED
    words = " ".join(map(str, answer.context["messages"]))
    assert words.count("/desk/undo/") == 2
    assert ticked[0].reminders.filter(kind="cancelled").count() == 1
    assert "no mail, please call" in answer.content.decode(), "Kim has no e-mail and must be told"


def test_several_of_one_client_are_cancelled_in_one_mail_and_taken_back_by_one_link(cast: Cast, desk: Browser) -> None:
    ticked = [cast.appointment(cast.at(10)), cast.appointment(cast.at(14))]
    other = cast.appointment(cast.at(12), client=cast.ben)
    off = block(cast, desk)
    sent = {"off": off.pk, "reason": "ill", "appointment": [str(each.public_id) for each in (*ticked, other)]}
    answer = desk.post(LIST, sent, follow=True)
    words = " ".join(map(str, answer.context["messages"]))
    assert "Ana Lind: Cancelled: 2 appointments. The client is told in one mail." in words
    due = Reminder.objects.filter(kind="cancelled", state=ReminderState.DUE)
    assert {each.appointment for each in due} == {ticked[0], other}
    due.update(due_at=timezone.now())
    sweep_reminders()
    mail = OutgoingMail.objects.get(kind="cancelled", to_email=cast.ana.email)
    assert "these appointments" in mail.text
    assert "10:00" in mail.text
    assert "14:00" in mail.text
    undo = re.search(r"Ana Lind: .*?(/desk/undo/[^\"]+)", words)
    assert undo is not None
    assert desk.post(undo[1]).status_code == 302
    assert {each.status for each in Appointment.objects.filter(client=cast.ana)} == {Status.CONFIRMED}


def test_no_time_is_proposed_at_which_the_same_client_is_here_already(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    block(cast, desk)
    cast.appointment(cast.at(11), therapist=cast.jonas, room=cast.blue_room)
    (group,) = desk.get(LIST).context["groups"]
    (times,) = [times for waits, times in group.waiting if waits == appointment]
    starts = [dt.datetime.fromisoformat(each["value"].partition("|")[0]) for each in times]
    assert starts
    for start in starts:
        assert not (start < cast.at(12) and start + dt.timedelta(minutes=60) > cast.at(11)), start


def test_whoever_cancels_in_blocked_time_is_the_practice_unless_said_otherwise(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    page = f"/desk/appointments/{appointment.public_id}/"
    assert desk.get(page).context["cancel_form"]["who"].value() == "client"
    block(cast, desk)
    assert desk.get(page).context["cancel_form"]["who"].value() == "practice"


def test_a_whole_day_is_called_that(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10))
    off = block(cast, desk)
    for address in (LIST, "/desk/time-off/", "/desk/settings/closed/"):
        words = strip_tags(desk.get(address).content.decode())
        assert "00:00" not in words, address
    with timezone.override(cast.zone):
        assert off.span_in_words.endswith(", all day")
        off.ends_at += dt.timedelta(days=1)
        assert off.span_in_words.count("–") == 1
        off.ends_at -= dt.timedelta(hours=8)
        assert "00:00 – " in off.span_in_words


@pytest.mark.parametrize("wrong", [{"appointment": []}, {"reason": " "}, {"appointment": ["nobody"]}, {"off": "x"}])
def test_a_send_without_a_tick_or_a_reason_cancels_nobody(cast: Cast, desk: Browser, wrong: dict[str, object]) -> None:
    appointment = cast.appointment(cast.at(10))
    off = block(cast, desk)
    sent = {"off": off.pk, "reason": "ill", "appointment": [str(appointment.public_id)], **wrong}
    answer = desk.post(LIST, sent)
    appointment.refresh_from_db()
    if "off" in wrong:
        assert appointment.status == Status.CANCELLED, "whom it is about is ticked, whatever the group"
        return
    assert answer.status_code == 422
    assert appointment.status == Status.CONFIRMED


def test_what_is_booked_into_blocked_time_on_purpose_is_not_asked_about(cast: Cast, desk: Browser) -> None:
    block(cast, desk)
    cast.appointment(cast.at(10))
    assert "Nothing is left to do." in page(desk)


def test_the_proposal_is_oneself_and_never_the_whole_practice(cast: Cast, desk: Browser) -> None:
    form = desk.get("/desk/time-off/").context["form"]
    assert (form.initial["therapist"], form.initial["all_day"]) == ("", True)
    day = cast.day().isoformat()
    answer = desk.post("/desk/time-off/", {"all_day": "on", "first_day": day, "last_day": day})
    assert answer.status_code == 422
    assert not TimeOff.objects.exists()
    assert cast.jonas.user is not None
    desk.force_login(cast.jonas.user)
    form = desk.get("/desk/time-off/").context["form"]
    assert form.initial["therapist"] == str(cast.jonas.public_id)


def test_all_day_wins_over_times_that_stand_there_and_without_it_they_are_asked_for(cast: Cast, desk: Browser) -> None:
    off = block(cast, desk, from_time="14:00", until_time="15:00")
    assert off.ends_at - off.starts_at == dt.timedelta(days=1)
    off.delete()
    day = cast.day().isoformat()
    sent = {"therapist": str(cast.mira.public_id), "first_day": day, "last_day": day, "from_time": "14:00"}
    assert desk.post("/desk/time-off/", sent).status_code == 422
    assert not TimeOff.objects.exists()


@pytest.mark.invariant("I5")
def test_no_reminder_goes_out_before_the_desk_has_decided_and_it_goes_once_it_stays(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    due = timezone.now() - dt.timedelta(minutes=1)
    owed = Reminder.objects.create(
        appointment=appointment, kind="reminder-24h", revision=0, due_at=due, not_after=appointment.starts_at
    )
    block(cast, desk)
    assert sweep_reminders() == 0
    owed.refresh_from_db()
    assert owed.state == ReminderState.DUE, "it waits, and is not lost"
    shown = desk.get(f"/desk/appointments/{appointment.public_id}/").content.decode()
    assert "Its time is blocked." in shown
    desk.post(f"{LIST}{appointment.public_id}/keep/")
    assert sweep_reminders() == 1
