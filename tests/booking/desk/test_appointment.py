"""One appointment at the desk: what it shows, and what can be done with it."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.appointments.session_notes import NoteText, sign_note
from booking.models import Appointment, Reminder, ReminderState, SessionNote, SessionNoteAddendum, Status, StoneKit
from clients.care import shipped
from clients.intake.actions import request_intake, submit_intake
from clients.models import BodyMark, CarePlan, CarePlanItem, Intake, PainScore
from clients.plans.actions import make_plan
from clinic.mail import ledger
from clinic.models import AccessEvent, MailState, OutgoingMail, Practice
from tests.clients.steps import fill
from tests.fixtures.browser import Browser, flat
from tests.fixtures.cast import Cast
from tests.fixtures.forms import errors_of


def url(appointment: Appointment, action: str = "") -> str:
    """The address of an appointment, or of one thing to do with it."""
    return f"/desk/appointments/{appointment.public_id}/" + (f"{action}/" if action else "")


def html(desk: Browser, appointment: Appointment) -> str:
    """The appointment's page, which must be there."""
    response = desk.get(url(appointment))
    assert response.status_code == 200
    return flat(response)


def begun(cast: Cast, **more: object) -> Appointment:
    """An appointment that began an hour ago."""
    start = timezone.now().replace(second=0, microsecond=0) - dt.timedelta(hours=1)
    return cast.appointment(start, **more)  # type: ignore[arg-type] # the cast's own arguments


def in_pain(cast: Cast, **more: object) -> Intake:
    """Ana's intake: a stiff neck, for weeks."""
    answers = {"symptoms": ["dull-ache"], "onset": ["subacute"], "conditions": [], "triage": "ok", **more}
    denied = [flag.id for flag in shipped().red_flags]
    intake = Intake.objects.create(client=cast.ana, catalogue_version="1", denied=denied, **answers)
    BodyMark.objects.create(intake=intake, area="neck", side="left")
    return intake


def test_the_answers_are_read_in_words(cast: Cast, desk: Browser) -> None:
    intake = in_pain(cast, medicines="Salbutamol", areas_to_avoid="left knee", conditions=["varicose-veins"])
    PainScore.objects.create(client=cast.ana, intake=intake, moment="now", value=6)
    page = html(desk, cast.appointment(cast.at(10)))
    for words in ("Varicose veins", "Neck (left)", "Salbutamol", "left knee", "Avoid locally: Varicose veins"):
        assert words in page
    assert "dull-ache" not in page


def test_alerts_stand_before_everything_else(cast: Cast, desk: Browser) -> None:
    in_pain(cast, conditions=["varicose-veins"])
    page = html(desk, cast.appointment(cast.at(10)))
    assert page.index("Avoid locally") < page.index("note-title") < page.index("intake-title")


def test_a_changed_answer_is_marked(cast: Cast, desk: Browser) -> None:
    in_pain(cast, given_at=timezone.now() - dt.timedelta(days=60))
    in_pain(cast, medicines="Warfarin")
    assert "changed" in html(desk, cast.appointment(cast.at(10)))


def test_typed_text_is_shown_as_text(cast: Cast, desk: Browser) -> None:
    in_pain(cast, medicines="<script>alert(1)</script>")
    cast.ana.desk_note = "<img src=x>"
    cast.ana.save(update_fields=["desk_note"])
    page = html(desk, cast.appointment(cast.at(10)))
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_looking_is_one_line_in_the_access_log_with_the_client(cast: Cast, desk: Browser) -> None:
    html(desk, cast.appointment(cast.at(10)))
    event = AccessEvent.objects.get()
    assert (event.user, event.action, event.noun, event.client) == (
        cast.owner,
        "view",
        "appointment",
        cast.ana.public_id,
    )


def test_a_full_appointment_costs_a_bounded_number_of_queries(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    make_plan(
        in_pain(cast), technique_slug="regular-massage", appointment=appointment.public_id, practice=Practice.current()
    )
    html(desk, appointment)
    with CaptureQueriesContext(connection) as queries:
        html(desk, appointment)
    assert len(queries) <= 43


def test_a_request_is_accepted(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10), status=Status.REQUESTED)
    assert desk.post(url(appointment, "accept")).status_code == 302
    appointment.refresh_from_db()
    assert (appointment.status, appointment.changed_by) == (Status.CONFIRMED, cast.owner)


def test_a_session_is_completed_and_owes_its_aftercare(cast: Cast, desk: Browser) -> None:
    appointment = begun(cast)
    desk.post(url(appointment, "complete"))
    appointment.refresh_from_db()
    assert appointment.status == Status.COMPLETED
    assert appointment.reminders.filter(kind="aftercare").exists()


def test_a_session_that_has_not_begun_is_not_completed_and_the_page_says_why(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    page = flat(desk.post(url(appointment, "complete"), follow=True))
    assert "has not begun" in page
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED


def test_a_no_show_owes_nothing_more(cast: Cast, desk: Browser) -> None:
    appointment = begun(cast)
    desk.post(url(appointment, "no-show"))
    appointment.refresh_from_db()
    assert appointment.status == Status.NO_SHOW
    assert not appointment.reminders.filter(state=ReminderState.DUE).exists()


def test_cancelling_needs_a_reason(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    assert desk.post(url(appointment, "cancel"), {"who": "practice", "reason": " "}).status_code == 422
    assert desk.post(url(appointment, "cancel"), {"who": "practice", "reason": "fever"}).status_code == 302
    appointment.refresh_from_db()
    assert (appointment.status, appointment.reason, appointment.changes.get().via) == (
        Status.CANCELLED,
        "fever",
        "desk",
    )


def test_cancelling_twice_is_a_clear_refusal(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10), status=Status.CANCELLED)
    response = desk.post(url(appointment, "cancel"), {"who": "practice", "reason": "again"})
    assert response.status_code == 422
    assert not appointment.changes.exists()


def test_a_free_room_is_given_and_kept_in_the_history(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    desk.post(url(appointment, "place"), {"room": cast.blue_room.pk})
    appointment.refresh_from_db()
    change = appointment.changes.get()
    assert (appointment.room, change.before, change.after) == (cast.blue_room, "Green room", "Blue room")


@pytest.mark.invariant("I1")
def test_a_taken_room_is_refused(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(10, 30), therapist=cast.jonas, client=cast.ben, room=cast.blue_room)
    appointment = cast.appointment(cast.at(10))
    response = desk.post(url(appointment, "place"), {"room": cast.blue_room.pk})
    assert response.status_code == 422
    assert "Blue room is taken then" in flat(response)
    appointment.refresh_from_db()
    assert appointment.room == cast.green_room


@pytest.mark.invariant("I1")
def test_a_kit_that_is_still_heating_is_refused(cast: Cast, desk: Browser) -> None:
    second = StoneKit.objects.create(name="Second kit")
    appointment = cast.appointment(cast.at(11, 45), service=cast.hot_stone)
    other = cast.appointment(
        cast.at(10), therapist=cast.jonas, client=cast.ben, service=cast.regular, room=cast.blue_room
    )
    # The other's session ends at 11:00; its kit is blocked until 12:00.
    Appointment.objects.filter(pk=other.pk).update(kit=second, kit_blocked_until=cast.at(12))
    response = desk.post(url(appointment, "place"), {"room": cast.green_room.pk, "kit": second.pk})
    assert response.status_code == 422
    appointment.refresh_from_db()
    assert appointment.kit == cast.kit


def test_hot_stones_keep_a_kit(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10), service=cast.hot_stone)
    assert desk.post(url(appointment, "place"), {"room": cast.green_room.pk, "kit": ""}).status_code == 422
    appointment.refresh_from_db()
    assert appointment.kit == cast.kit


def test_a_note_is_saved_and_saved_again(cast: Cast, desk: Browser) -> None:
    appointment = begun(cast)
    for text in ("first", "second"):
        assert desk.post(url(appointment, "note"), {"subjective": text}).status_code == 302
    note = SessionNote.objects.get()
    assert (note.subjective, note.is_locked) == ("second", False)
    assert AccessEvent.objects.filter(action="change", noun="session note").count() == 2


def test_a_signed_note_never_changes(cast: Cast, desk: Browser) -> None:
    appointment = begun(cast)
    desk.post(url(appointment, "note"), {"plan": "rest", "sign": "1"})
    response = desk.post(url(appointment, "note"), {"plan": "something else"})
    assert response.status_code == 422
    note = SessionNote.objects.get()
    assert (note.plan, note.signed_by) == ("rest", cast.owner)


@pytest.mark.invariant("I11")
def test_an_empty_note_is_not_signed_and_what_was_typed_stays(cast: Cast, desk: Browser) -> None:
    appointment = begun(cast)
    response = desk.post(url(appointment, "note"), {"rebook_weeks": "3", "sign": "1"})
    assert response.status_code == 422
    assert 'value="3"' in flat(response)
    assert not SessionNote.objects.filter(signed_at__isnull=False).exists()


def test_too_long_a_note_is_refused_with_everything_that_was_typed(cast: Cast, desk: Browser) -> None:
    appointment = begun(cast)
    response = desk.post(url(appointment, "note"), {"subjective": "a" * 10_001, "plan": "walk daily"})
    assert response.status_code == 422
    assert "walk daily" in flat(response)
    assert not SessionNote.objects.exists()


def test_an_addendum_goes_under_a_signed_note_only(cast: Cast, desk: Browser) -> None:
    appointment = begun(cast)
    assert desk.post(url(appointment, "addendum"), {"text": "later"}).status_code == 422
    sign_note(appointment, text=NoteText(plan="rest"), by=cast.owner)
    assert desk.post(url(appointment, "addendum"), {"text": "later"}).status_code == 302
    assert SessionNoteAddendum.objects.get().text == "later"
    assert "later" in html(desk, appointment)


def test_naming_an_interval_after_completion_owes_the_invitation(cast: Cast, desk: Browser) -> None:
    appointment = begun(cast)
    desk.post(url(appointment, "complete"))
    desk.post(url(appointment, "note"), {"plan": "rest", "rebook_weeks": "4"})
    reminder = appointment.reminders.get(kind="rebook")
    assert reminder.state == ReminderState.DUE
    assert reminder.due_at > timezone.now() + dt.timedelta(days=25)


def planned(cast: Cast, **answers: object) -> tuple[Appointment, CarePlan]:
    """An appointment and the plan that was made for it."""
    appointment = cast.appointment(cast.at(10))
    return appointment, make_plan(
        in_pain(cast, **answers),
        technique_slug="regular-massage",
        appointment=appointment.public_id,
        practice=Practice.current(),
    )


def approve_url(appointment: Appointment, plan: CarePlan) -> str:
    """Where a plan is approved."""
    return url(appointment, f"plans/{plan.public_id}")


def test_what_is_ticked_is_released_and_the_rest_dropped(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    items = [item for item in plan.items.all() if not item.withheld_because]
    assert len(items) > 1
    sent = {"keep": [items[0].pk], f"dose-{items[0].pk}": "twice a day"}
    assert desk.post(approve_url(appointment, plan), sent).status_code == 302
    plan.refresh_from_db()
    items[0].refresh_from_db()
    assert (plan.state, plan.approved_by) == (CarePlan.State.APPROVED, cast.owner)
    assert (items[0].state, items[0].dose) == (CarePlanItem.State.RELEASED, "twice a day")
    assert plan.items.get(pk=items[1].pk).state == CarePlanItem.State.DROPPED


@pytest.mark.invariant("I6")
def test_what_was_held_back_is_given_only_with_a_written_reason(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast, conditions=["anticoagulants"], symptoms=["tight-spot", "stress-tension"])
    held = next(item for item in plan.items.all() if item.withheld_because and not item.is_barred_for_good)
    for reason in ("", "asdfg"):
        refused = desk.post(approve_url(appointment, plan), {"keep": [held.pk], f"why-{held.pk}": reason})
        assert refused.status_code == 422
        assert "two words and 12 letters" in flat(refused)
    held.refresh_from_db()
    assert held.state == CarePlanItem.State.WITHHELD
    desk.post(approve_url(appointment, plan), {"keep": [held.pk], f"why-{held.pk}": "agreed with her doctor"})
    held.refresh_from_db()
    assert (held.state, held.override_reason) == (CarePlanItem.State.RELEASED, "agreed with her doctor")


def test_a_refused_review_keeps_ticks_and_reasons(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    held = [
        plan.items.create(
            kind="oil",
            slug=f"oil-{number}",
            position=100 + number,
            state="withheld",
            name=f"Oil {number}",
            text="An oil.",
            evidence_grade="weak",
            withheld_because=[{"name": "Asthma", "reason": "Strong scent."}],
        )
        for number in (1, 2)
    ]
    sent = {"keep": [item.pk for item in held], f"why-{held[0].pk}": "agreed", f"why-{held[1].pk}": ""}
    page = flat(desk.post(approve_url(appointment, plan), sent))
    assert 'value="agreed"' in page
    assert f'value="{held[1].pk}" id="keep-{held[1].pk}" checked' in page


@pytest.mark.parametrize("keep", ["x", "999999999"])
def test_an_item_of_another_plan_is_refused(cast: Cast, desk: Browser, keep: str) -> None:
    appointment, plan = planned(cast)
    assert desk.post(approve_url(appointment, plan), {"keep": [keep]}).status_code in (404, 422)
    plan.refresh_from_db()
    assert plan.state == CarePlan.State.DRAFT


@pytest.mark.invariant("I8")
def test_a_plan_of_another_client_is_not_found(cast: Cast, desk: Browser) -> None:
    _appointment, plan = planned(cast)
    other = cast.appointment(cast.at(14), client=cast.ben)
    assert desk.post(approve_url(other, plan), {"keep": []}).status_code == 404


def test_each_message_says_what_became_of_it(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    mail = OutgoingMail.objects.create(
        kind="confirmation",
        to_email="ana@example.org",
        subject="Your appointment",
        text="Hello",
        message_id="<1@x>",
        state=MailState.SENT,
        sent_at=dt.datetime(2026, 3, 3, 9, 3, tzinfo=dt.UTC),
    )
    owed = {"appointment": appointment, "revision": 0, "due_at": cast.at(9), "not_after": cast.at(10)}
    Reminder.objects.create(kind="confirmation", state="done", mail=mail, **owed)
    Reminder.objects.create(kind="reminder-48h", state="skipped", skip_reason="booked too late for it", **owed)
    page = html(desk, appointment)
    assert "sent 3 Mar, 10:03" in page
    assert "booked too late for it" in page


def test_of_a_mail_that_was_sent_again_the_last_copy_counts(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    mail = ledger.queue_mail(kind="confirmation", to="ana@example.org", subject="s", text="t")
    copy = ledger.resend(mail, to=mail.to_email, name="Ana Lind")
    OutgoingMail.objects.filter(pk=mail.pk).update(state="failed")
    OutgoingMail.objects.filter(pk=copy.pk).update(state="sent", sent_at=dt.datetime(2026, 3, 3, 9, 3, tzinfo=dt.UTC))
    owed = {"revision": 0, "due_at": cast.at(9), "not_after": cast.at(10), "state": "done", "mail": mail}
    Reminder.objects.create(appointment=appointment, kind="confirmation", **owed)
    page = html(desk, appointment)
    assert "sent 3 Mar, 10:03" in page
    assert "failed" not in re.sub(r"<[^>]*>", "", page)


def test_the_price_is_written_as_everywhere(cast: Cast, desk: Browser) -> None:
    page = html(desk, cast.appointment(cast.at(10)))
    assert "€" in page
    assert "EUR" not in page


def test_a_request_for_an_intake_goes_out_only_while_it_is_awaited(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    owed = {"appointment": appointment, "revision": 0, "due_at": cast.at(9), "not_after": cast.at(10)}
    Reminder.objects.create(kind="intake-missing", **owed)
    asked = request_intake(cast.ana, technique_slug="regular-massage", appointment=appointment.public_id)
    assert "goes out" in html(desk, appointment)
    submit_intake(fill(asked))
    page = html(desk, appointment)
    assert "goes out" not in page
    assert "not needed" in page
    assert "The intake is filled." in page


def test_moving_to_a_free_time_moves(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    page = flat(desk.get(url(appointment, "move")))
    assert re.search(r">\s*14:00\b", page)
    sent = {"therapist": str(cast.mira.public_id), "day": cast.day().isoformat(), "time": "14:00"}
    assert desk.post(url(appointment, "move"), sent).status_code == 302
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.revision, appointment.changes.get().via) == (cast.at(14), 1, "desk")


@pytest.mark.invariant("I1")
def test_moving_onto_another_appointment_is_refused_even_with_a_reason(cast: Cast, desk: Browser) -> None:
    cast.appointment(cast.at(14), client=cast.ben)
    appointment = cast.appointment(cast.at(10))
    sent = {"therapist": str(cast.mira.public_id), "day": cast.day().isoformat(), "time": "14:30"}
    response = desk.post(url(appointment, "move"), {**sent, "override": "on", "override_reason": "she asked for it"})
    assert response.status_code == 422
    assert 'value="14:30"' in flat(response)
    appointment.refresh_from_db()
    assert appointment.starts_at == cast.at(10)


def test_moving_out_of_hours_needs_the_tick_and_a_reason(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    sent = {"therapist": str(cast.mira.public_id), "day": cast.day().isoformat(), "time": "19:00"}
    assert desk.post(url(appointment, "move"), sent).status_code == 422
    assert desk.post(url(appointment, "move"), {**sent, "override": "on"}).status_code == 422
    assert (
        desk.post(
            url(appointment, "move"), {**sent, "override": "on", "override_reason": "flight in the evening"}
        ).status_code
        == 302
    )
    appointment.refresh_from_db()
    assert appointment.starts_at == cast.at(19)


def test_a_time_that_the_clock_skips_is_refused_beside_the_time(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    year = cast.day().year + 1
    spring = max(dt.date(year, 3, day) for day in range(25, 32) if dt.date(year, 3, day).weekday() == 6)
    sent = {"therapist": str(cast.mira.public_id), "day": spring.isoformat(), "time": "02:30"}
    page = desk.post(url(appointment, "move"), sent)
    assert page.status_code == 422
    assert "that time does not exist" in flat(page)


def test_a_move_without_a_real_time_is_refused(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    sent = {"therapist": str(cast.mira.public_id), "day": "9999-12-31", "time": "10:00"}
    page = desk.post(url(appointment, "move"), sent)
    assert page.status_code == 422
    for day, time in (("", ""), ("soon", "late")):
        assert errors_of(page.context["form"], day=day, time=time).keys() >= {"day", "time"}
