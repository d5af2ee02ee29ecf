"""Moving at the desk: to a colleague, to another length, told or not, and taken back."""

import datetime as dt
import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from booking.appointments.booking_request import RuleOverride
from booking.appointments.integrity import integrity_problems
from booking.appointments.move_check import Possible, check_move
from booking.errors import SlotTaken
from booking.models import Appointment, AppointmentChange, Reminder, ReminderState, StoneKit
from booking.reminders.change_news import ChangeNews
from clinic.models import OutgoingMail, Practice
from tests.booking.appointments.test_book import booked
from tests.fixtures.actions import cancel, move
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.forms import errors_of
from tests.fixtures.sweeps import sweep_reminders

DESK = Appointment.Via.DESK
LATER = ChangeNews(waits=True)
SILENT = ChangeNews(wanted=False, waits=True)


def url(appointment: Appointment, page: str = "move") -> str:
    return f"/desk/appointments/{appointment.public_id}/{page}/"


def sent_of(cast: Cast, appointment: Appointment, start: dt.datetime, **more: object) -> dict[str, object]:
    """A filled form: to `start`, the rest as it is, the tick for the client shown and ticked."""
    local = start.astimezone(cast.zone)
    return {
        "revision": appointment.revision,
        "therapist": str(appointment.therapist.public_id),
        "day": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M}",
        "price": appointment.price,
        "tell_shown": "1",
        "tell": "on",
        **more,
    }


def told_answer(response: object) -> dict[str, str]:
    """What an answer to htmx says was done."""
    return json.loads(response["HX-Trigger"])["desk:done"]  # type: ignore[index,no-any-return]


def let_all_go(*, minutes: int = 10) -> list[str]:
    """Let some minutes pass for what is due, and write the mails; the kinds of all there are."""
    Reminder.objects.filter(state="due", kind__in=["confirmation", "moved", "cancelled"]).update(
        due_at=dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    )
    sweep_reminders()
    return sorted(OutgoingMail.objects.exclude(state="withdrawn").values_list("kind", flat=True))


def told(appointment: Appointment) -> Appointment:
    """An appointment of whose booking the client has read."""
    let_all_go()
    OutgoingMail.objects.update(state="sent")
    appointment.refresh_from_db()
    return appointment


# -- Length -----------------------------------------------------------------------------------------------------------


@pytest.mark.invariant("I1", "I5")
def test_a_stretched_appointment_keeps_price_and_room_and_its_buffers_follow(cast: Cast, desk: Browser) -> None:
    appointment = told(booked(cast))
    Appointment.objects.filter(pk=appointment.pk).update(room=cast.blue_room)
    sent = sent_of(cast, appointment, appointment.starts_at, minutes=90)
    assert desk.post(url(appointment), sent).status_code == 302
    longer = Appointment.objects.get(pk=appointment.pk)
    assert (longer.starts_at, longer.minutes, longer.price) == (appointment.starts_at, 90, appointment.price)
    assert longer.ends_at == longer.starts_at + dt.timedelta(minutes=90)
    assert longer.blocked_until == longer.ends_at + dt.timedelta(minutes=cast.regular.buffer_after)
    assert longer.room == cast.blue_room
    assert longer.parts == "Regular massage, 90 min"
    change = AppointmentChange.objects.filter(what="moved").get()
    assert (change.before, change.after) == ("Regular massage, 60 min", "Regular massage, 90 min")
    assert list(integrity_problems()) == []


@pytest.mark.parametrize(("minutes", "price", "other"), [(90, "98.00", "98.00"), (75, "85.00", "85")])
def test_a_stretch_asks_what_it_costs_and_undo_takes_the_price_back_too(
    cast: Cast, desk: Browser, minutes: int, price: str, other: str
) -> None:
    """By the price list at its lengths, and between two of them between their prices; never before somebody said so."""
    appointment = told(booked(cast))
    assert (appointment.price, cast.regular_90.price) == (Decimal(72), Decimal(98))
    sent = sent_of(cast, appointment, appointment.starts_at, minutes=minutes)
    proposed = {"start": appointment.starts_at.isoformat(), "minutes": str(minutes)}
    asked = desk.get(url(appointment), proposed).content.decode()
    assert f'value="{other}"' in asked
    assert "it stays €72" in asked
    refused = desk.post(url(appointment), {**sent, "price": "73"})
    assert refused.status_code == 422
    assert all("price" in errors_of(refused.context["form"], price=each) for each in ("", "73", "x"))
    assert f'value="{other}"' in refused.content.decode()
    done = desk.post(url(appointment), {**sent, "price": other}, headers={"HX-Request": "true"})
    appointment.refresh_from_db()
    assert (appointment.minutes, appointment.price) == (minutes, Decimal(price))
    assert f"{price} EUR" in AppointmentChange.objects.get(what="moved").after
    desk.post(told_answer(done)["undo"])
    appointment.refresh_from_db()
    assert (appointment.minutes, appointment.price) == (60, Decimal(72))


@pytest.mark.invariant("I1")
@pytest.mark.parametrize("minutes", [75, 120])
def test_a_stretch_into_the_next_appointment_is_refused_even_with_a_reason(
    cast: Cast, desk: Browser, minutes: int
) -> None:
    appointment = booked(cast)
    cast.appointment(cast.at(11, 15), client=cast.ben)
    sent = sent_of(cast, appointment, appointment.starts_at, minutes=minutes)
    refused = desk.post(url(appointment), {**sent, "override": "on", "override_reason": "she begged for it"})
    assert refused.status_code == 422
    assert "time" in refused.context["form"].errors
    appointment.refresh_from_db()
    assert (appointment.minutes, appointment.revision) == (60, 0)


def test_a_stretch_past_closing_needs_a_reason_and_a_shorter_one_nothing(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(16))
    sent = sent_of(cast, appointment, appointment.starts_at, minutes=75)
    assert desk.post(url(appointment), sent).status_code == 422
    reason = {"override": "on", "override_reason": "her train comes late"}
    assert desk.post(url(appointment), {**sent, **reason}).status_code == 302
    appointment.refresh_from_db()
    assert appointment.minutes == 75
    assert "her train comes late" in AppointmentChange.objects.get(what="moved").reason
    sent = sent_of(cast, appointment, appointment.starts_at, minutes=70)
    assert desk.post(url(appointment), sent).status_code == 302, "still past closing, but that was granted"


def test_a_length_that_no_service_has_is_refused(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    refused = desk.post(url(appointment), sent_of(cast, appointment, cast.at(10), minutes="481"))
    assert refused.status_code == 422
    assert all("minutes" in errors_of(refused.context["form"], minutes=each) for each in ("4", "481", "x", "-5"))
    appointment.refresh_from_db()
    assert appointment.minutes == 60


# -- Telling and undoing ----------------------------------------------------------------------------------------------


@pytest.mark.invariant("I5")
def test_who_is_not_to_be_told_gets_no_mail_and_the_history_says_so(cast: Cast, desk: Browser) -> None:
    appointment = told(booked(cast))
    sent = sent_of(cast, appointment, cast.at(14))
    del sent["tell"]
    assert desk.post(url(appointment), sent).status_code == 302
    assert "moved" not in let_all_go()
    assert AppointmentChange.objects.get(what="moved").reason == "not told by mail"
    assert Reminder.objects.get(kind="moved").skip_reason
    assert list(integrity_problems()) == []


@pytest.mark.invariant("I5")
def test_a_move_at_the_desk_is_told_after_the_delay_and_not_before(cast: Cast, desk: Browser) -> None:
    appointment = told(booked(cast))
    assert desk.post(url(appointment), sent_of(cast, appointment, cast.at(14))).status_code == 302
    sweep_reminders()
    assert not OutgoingMail.objects.filter(kind="moved").exists()
    due = Reminder.objects.get(kind="moved").due_at - dt.datetime.now(dt.UTC)
    assert dt.timedelta(minutes=2) < due < dt.timedelta(minutes=4)
    assert "moved" in let_all_go()


@pytest.mark.invariant("I5")
@pytest.mark.parametrize("is_told", [True, False])
def test_an_undone_move_sends_nothing_and_all_stands_as_it_stood(cast: Cast, desk: Browser, is_told: bool) -> None:
    appointment = told(booked(cast))
    room = appointment.room
    Appointment.objects.filter(pk=appointment.pk).update(confirmed_by_client_at=dt.datetime.now(dt.UTC))
    sent = sent_of(cast, appointment, cast.at(15), therapist=str(cast.jonas.public_id), minutes=75)
    if not is_told:
        del sent["tell"]
    answer = desk.post(url(appointment), sent, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    undo = told_answer(answer)["undo"]
    assert desk.get(undo).status_code == 200
    assert Appointment.objects.get().starts_at == cast.at(15), "looking takes nothing back (I9)"
    assert desk.post(undo, headers={"HX-Request": "true"}).status_code == 204
    back = Appointment.objects.get()
    assert (back.starts_at, back.therapist, back.minutes, back.room) == (cast.at(10), cast.mira, 60, room)
    assert back.confirmed_by_client_at is not None
    assert let_all_go() == ["confirmation"]
    assert list(integrity_problems()) == []
    again = desk.post(undo, headers={"HX-Request": "true"})
    assert not told_answer(again)["failed"]
    assert Appointment.objects.get().revision == back.revision


@pytest.mark.invariant("I5")
def test_an_undo_after_the_mail_has_left_is_told(cast: Cast, desk: Browser) -> None:
    appointment = told(booked(cast))
    answer = desk.post(url(appointment), sent_of(cast, appointment, cast.at(14)), headers={"HX-Request": "true"})
    let_all_go()
    OutgoingMail.objects.update(state="sent")
    desk.post(told_answer(answer)["undo"])
    assert let_all_go() == ["confirmation", "moved", "moved"]


@pytest.mark.invariant("I5")
def test_news_that_were_still_to_come_are_not_lost_by_a_silent_move_or_an_undo(cast: Cast) -> None:
    silent = told(booked(cast))
    move(silent, start=cast.at(13), via=DESK, news=LATER)
    move(silent, start=cast.at(13, 30), via=DESK, news=SILENT)
    news = Reminder.objects.get(appointment=silent, kind="moved", revision=2)
    assert news.state == ReminderState.DUE, "the client still believes in ten o'clock"


@pytest.mark.invariant("I5")
def test_an_undo_of_the_second_move_leaves_the_news_of_the_first(cast: Cast, desk: Browser) -> None:
    appointment = told(booked(cast))
    move(appointment, start=cast.at(13), via=DESK, news=LATER)
    appointment.refresh_from_db()
    answer = desk.post(url(appointment), sent_of(cast, appointment, cast.at(15)), headers={"HX-Request": "true"})
    desk.post(told_answer(answer)["undo"])
    assert Appointment.objects.get().starts_at == cast.at(13)
    assert let_all_go() == ["confirmation", "moved"]


def test_an_undo_is_refused_where_the_old_time_is_taken_or_it_moved_on(cast: Cast, desk: Browser) -> None:
    appointment = booked(cast)
    answer = desk.post(url(appointment), sent_of(cast, appointment, cast.at(14)), headers={"HX-Request": "true"})
    taken = cast.appointment(cast.at(10), client=cast.ben)
    refused = desk.post(told_answer(answer)["undo"], headers={"HX-Request": "true"})
    assert told_answer(refused)["failed"]
    assert desk.post(told_answer(answer)["undo"]).status_code == 409
    cancel(taken, reason="", via=DESK)
    appointment.refresh_from_db()
    move(appointment, start=cast.at(15), via=DESK)
    assert desk.post(told_answer(answer)["undo"]).status_code == 409
    assert Appointment.objects.get(pk=appointment.pk).starts_at == cast.at(15)


@pytest.mark.parametrize("token", ["forged", "WyJtb3ZlZCJd:1abc:xyz"])
def test_a_forged_undo_is_none(cast: Cast, desk: Browser, token: str) -> None:
    assert desk.get(f"/desk/undo/{token}/").status_code == 410
    assert desk.post(f"/desk/undo/{token}/").status_code == 410


def test_without_scripts_the_answer_carries_the_undo(cast: Cast, desk: Browser) -> None:
    appointment = booked(cast)
    page = desk.post(url(appointment), sent_of(cast, appointment, cast.at(14)), follow=True).content.decode()
    link = page.partition('href="/desk/undo/')[2].partition('"')[0]
    assert "Put it back where it stood?" in desk.get(f"/desk/undo/{link}").content.decode()
    assert desk.post(f"/desk/undo/{link}", follow=True).status_code == 200
    assert Appointment.objects.get().starts_at == cast.at(10)


# -- What the calendar asks -------------------------------------------------------------------------------------------


@pytest.mark.invariant("I2")
def test_the_question_says_what_changes_and_moves_nothing(cast: Cast, desk: Browser) -> None:
    appointment = booked(cast)
    asked = {"resource": f"therapist-{cast.jonas.pk}", "start": cast.at(15).astimezone(cast.zone).isoformat()}
    asked["end"] = (cast.at(15) + dt.timedelta(minutes=90)).astimezone(cast.zone).isoformat()
    for headers in ({}, {"HX-Request": "true"}):
        page = desk.get(url(appointment), asked, headers=headers)
        proposal = page.context["proposal"]
        assert (proposal.therapist, proposal.start, proposal.minutes) == (cast.jonas, cast.at(15), 90)
        assert page.context["verdict"].possible is Possible.YES
        assert 'name="tell"' in page.content.decode()
    appointment.refresh_from_db()
    assert appointment.revision == 0


@pytest.mark.invariant("I2")
def test_every_place_is_judged_alike_before_while_and_after_dragging(cast: Cast, desk: Browser) -> None:
    appointment = booked(cast)
    cast.appointment(cast.at(13), client=cast.ben)
    cast.appointment(cast.at(9), therapist=cast.tess, client=appointment.client, room=cast.blue_room)
    day = cast.day().isoformat()
    places = desk.get(url(appointment, "places"), {"first": day, "last": day}).json()
    for hour, minute, therapist, possible in (
        (14, 30, cast.mira, Possible.YES),
        (10, 30, cast.mira, Possible.YES),
        (19, 0, cast.mira, Possible.WITH_REASON),
        (14, 35, cast.mira, Possible.WITH_REASON),
        (12, 30, cast.mira, Possible.NO),
        (15, 0, cast.jonas, Possible.YES),
        (13, 0, cast.jonas, Possible.WITH_REASON),
        (9, 0, cast.jonas, Possible.NO),
    ):
        start = cast.at(hour, minute)
        found = check_move(appointment, therapist=therapist, start=start, minutes=60)
        assert found.possible is possible, start
        column, instant = places["columns"][f"therapist-{therapist.pk}"], int(start.timestamp()) // 60
        assert (instant in column["free"]) == (possible is Possible.YES), start
        assert any(begin <= instant < end for begin, end, _why in column["never"]) == (possible is Possible.NO), start
        reason = RuleOverride(reason="it was her wish") if possible is not Possible.YES else None
        with transaction.atomic():
            try:
                move(
                    Appointment.objects.get(pk=appointment.pk),
                    start=start,
                    therapist=therapist,
                    via=DESK,
                    override=reason,
                )
            except SlotTaken:
                assert possible is Possible.NO, start
            else:
                assert possible is not Possible.NO, start
            transaction.set_rollback(True)


def test_the_longest_that_it_can_become_is_known_before_it_is_stretched(cast: Cast, desk: Browser) -> None:
    appointment = booked(cast)
    cast.appointment(cast.at(12), client=cast.ben)
    day = cast.day().isoformat()
    places = desk.get(url(appointment, "places"), {"first": day, "last": day}).json()
    assert places["longest"] == 105, "fifteen minutes of buffer before noon"


def test_a_room_that_is_taken_is_no_place_and_a_free_one_is_taken(cast: Cast, desk: Browser) -> None:
    appointment = booked(cast)
    cast.appointment(cast.at(14), therapist=cast.jonas, client=cast.ben, room=cast.blue_room)
    asked = {"resource": f"room-{cast.blue_room.pk}", "start": cast.at(14).astimezone(cast.zone).isoformat()}
    assert desk.get(url(appointment), asked).context["verdict"].is_impossible
    sent = sent_of(cast, appointment, cast.at(14), room=cast.blue_room.pk)
    assert desk.post(url(appointment), sent).status_code == 422
    sent = sent_of(cast, appointment, cast.at(16), room=cast.blue_room.pk)
    assert desk.post(url(appointment), sent).status_code == 302
    assert Appointment.objects.get(pk=appointment.pk).room == cast.blue_room


def test_a_kit_is_changed_at_the_same_time_and_one_that_is_taken_is_no_place(cast: Cast, desk: Browser) -> None:
    appointment = booked(cast, service=cast.hot_stone)
    spare = StoneKit.objects.create(name="Spare kit", position=9)
    asked = {"resource": f"kit-{spare.pk}", "start": appointment.starts_at.isoformat()}
    page = desk.get(url(appointment), asked)
    assert not page.context["verdict"].is_impossible
    assert "Spare kit" in page.content.decode()
    sent = sent_of(cast, appointment, appointment.starts_at, kit=spare.pk)
    assert desk.post(url(appointment), sent).status_code == 302
    assert Appointment.objects.get(pk=appointment.pk).kit == spare
    other = booked(cast, service=cast.hot_stone, therapist=cast.jonas, client=cast.ben)
    asked["start"] = other.starts_at.isoformat()
    assert desk.get(url(other), asked).context["verdict"].is_impossible
    assert desk.post(url(other), sent_of(cast, other, cast.at(10, 15), kit=spare.pk)).status_code == 422
    assert Appointment.objects.get(pk=other.pk).kit == cast.kit


def test_the_free_times_of_a_colleague_are_shown_and_move_there(cast: Cast, desk: Browser) -> None:
    """Nobody has to guess when a colleague is free; the own time is among hers, as that is a change too."""
    appointment = booked(cast)
    colleague = {"therapist": str(cast.jonas.public_id), "day": f"{cast.day()}"}
    page = desk.get(url(appointment), colleague)
    starts = [each.start for day in page.context["days"] for each in day["times"]]
    assert "Free with Jonas" in page.content.decode()
    assert appointment.starts_at in starts
    assert appointment.starts_at not in [
        each.start for day in desk.get(url(appointment)).context["days"] for each in day["times"]
    ]
    names = re.findall(r'name="therapist" value="([^"]+)"', page.content.decode())
    assert set(names) == {str(cast.jonas.public_id)}


def test_a_free_time_instead_is_a_button_that_moves_there(cast: Cast, desk: Browser) -> None:
    appointment = booked(cast)
    cast.appointment(cast.at(15), client=cast.ben)
    refused = desk.post(url(appointment), sent_of(cast, appointment, cast.at(15)), headers={"HX-Request": "true"})
    buttons = refused.context["alternatives"]
    assert buttons[0]["words"].endswith("with Jonas Weber"), "the same time with a colleague comes first"
    sent = sent_of(cast, appointment, cast.at(15), alternative=buttons[0]["value"])
    assert desk.post(url(appointment), sent, headers={"HX-Request": "true"}).status_code == 204
    moved = Appointment.objects.get(pk=appointment.pk)
    assert (moved.starts_at, moved.therapist) == (cast.at(15), cast.jonas)


def test_the_places_of_a_week_cost_few_queries(cast: Cast, desk: Browser, django_assert_max_num_queries: Any) -> None:
    appointment = booked(cast)
    asked = {"first": cast.day().isoformat(), "last": (cast.day() + dt.timedelta(days=6)).isoformat()}
    desk.get(url(appointment, "places"), asked)
    with django_assert_max_num_queries(9):
        desk.get(url(appointment, "places"), asked)


def test_the_practice_may_tell_at_once_and_an_undo_has_time_all_the_same(cast: Cast) -> None:
    Practice.objects.update(confirmation_delay_minutes=0)
    now = dt.datetime.now(dt.UTC)
    assert LATER.due_at(now, Practice.read()) >= now + dt.timedelta(seconds=15)


# -- Cancelled, and taken back ----------------------------------------------------------------------------------------


def cancelled_at_desk(desk: Browser, appointment: Appointment) -> str:
    """Cancel on the appointment's page; the address of the link that takes it back."""
    page = desk.post(url(appointment, "cancel"), {"who": "practice", "reason": "wrong person"}, follow=True)
    found = re.search(r'href="(/desk/undo/[^"]+)"', page.content.decode())
    assert found, "no way back is offered"
    return found[1]


@pytest.mark.invariant("I5")
def test_a_cancellation_taken_back_at_once_stands_as_before_and_is_heard_of_by_nobody(
    cast: Cast, desk: Browser
) -> None:
    appointment = told(booked(cast))
    back = cancelled_at_desk(desk, appointment)
    assert Appointment.objects.get().status == "cancelled"
    sweep_reminders()
    assert desk.get(back).status_code == 200
    assert Appointment.objects.get().status == "cancelled", "a look changes nothing"
    assert desk.post(back).status_code == 302
    assert desk.post(back).status_code == 302, "a second tap is as good as one"
    again = Appointment.objects.get()
    assert (again.status, again.starts_at, again.reason) == ("confirmed", appointment.starts_at, "")
    assert let_all_go() == ["confirmation"], "the one that told of the booking"
    assert again.reminders.filter(state="due", revision=again.revision).exists()
    assert list(integrity_problems()) == []


@pytest.mark.invariant("I5")
def test_who_heard_of_the_cancellation_gets_a_confirmation_when_it_is_taken_back(cast: Cast, desk: Browser) -> None:
    back = cancelled_at_desk(desk, told(booked(cast)))
    assert let_all_go() == ["cancelled", "confirmation"]
    OutgoingMail.objects.update(state="sent")
    desk.post(back)
    assert let_all_go() == ["cancelled", "confirmation", "confirmation"]
    assert list(integrity_problems()) == []


@pytest.mark.invariant("I1")
def test_a_cancellation_is_not_taken_back_over_who_has_the_time_by_now(cast: Cast, desk: Browser) -> None:
    appointment = booked(cast)
    back = cancelled_at_desk(desk, appointment)
    cast.appointment(appointment.starts_at, client=cast.ben)
    assert desk.post(back).status_code == 409
    appointment.refresh_from_db()
    assert appointment.status == "cancelled"


def test_a_cancellation_is_not_taken_back_once_something_else_was_done(cast: Cast, desk: Browser) -> None:
    appointment = booked(cast)
    back = cancelled_at_desk(desk, appointment)
    Appointment.objects.update(revision=7)
    assert desk.post(back).status_code == 409
    assert Appointment.objects.get().status == "cancelled"
