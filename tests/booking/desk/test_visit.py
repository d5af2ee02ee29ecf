"""One visit at the desk: what it shows, and what can be done with it."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.actions.notes import Soap, sign_note
from booking.models import Appointment, Reminder, SessionNote, SessionNoteAddendum, StoneKit
from booking.models.appointment import Status
from booking.models.reminder import ReminderState
from clients.actions import ask_for_intake, make_plan, submit_intake
from clients.models import BodyMark, CarePlan, CarePlanItem, Intake, PainScore
from clinic.mail import ledger
from clinic.models import AccessEvent, MailState, OutgoingMail
from tests.clients.steps import fill
from tests.fixtures.cast import House


def url(visit: Appointment, action: str = "") -> str:
    """The address of a visit, or of one thing to do with it."""
    return f"/desk/visits/{visit.public_id}/" + (f"{action}/" if action else "")


def html(desk: Browser, visit: Appointment) -> str:
    """The visit's page, which must be there."""
    response = desk.get(url(visit))
    assert response.status_code == 200
    return response.content.decode()


def begun(house: House, **more: object) -> Appointment:
    """A visit that began an hour ago."""
    start = timezone.now().replace(second=0, microsecond=0) - dt.timedelta(hours=1)
    return house.visit(start, **more)  # type: ignore[arg-type] # the cast's own arguments


def in_pain(house: House, **more: object) -> Intake:
    """Ana's intake: a stiff neck, for weeks."""
    answers = {"symptoms": ["dull-ache"], "onset": ["subacute"], "conditions": [], "triage": "ok", **more}
    intake = Intake.objects.create(client=house.ana, catalogue_version="1", **answers)
    BodyMark.objects.create(intake=intake, area="neck", side="left")
    return intake


def test_the_answers_are_read_in_words(house: House, desk: Browser) -> None:
    intake = in_pain(house, medicines="Salbutamol", leave_alone="left knee", conditions=["varicose-veins"])
    PainScore.objects.create(client=house.ana, intake=intake, moment="now", value=6)
    page = html(desk, house.visit(house.at(10)))
    for words in ("Varicose veins", "Neck (left)", "Salbutamol", "left knee", "Avoid locally: Varicose veins"):
        assert words in page
    assert "dull-ache" not in page


def test_alerts_stand_before_everything_else(house: House, desk: Browser) -> None:
    in_pain(house, conditions=["varicose-veins"])
    page = html(desk, house.visit(house.at(10)))
    assert page.index("Avoid locally") < page.index("visit-actions") < page.index("intake-title")


def test_a_changed_answer_is_marked(house: House, desk: Browser) -> None:
    in_pain(house, given_at=timezone.now() - dt.timedelta(days=60))
    in_pain(house, medicines="Warfarin")
    assert "changed" in html(desk, house.visit(house.at(10)))


def test_typed_text_is_shown_as_text(house: House, desk: Browser) -> None:
    in_pain(house, medicines="<script>alert(1)</script>")
    house.ana.desk_note = "<img src=x>"
    house.ana.save(update_fields=["desk_note"])
    page = html(desk, house.visit(house.at(10)))
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_looking_is_one_line_in_the_access_log_with_the_client(house: House, desk: Browser) -> None:
    html(desk, house.visit(house.at(10)))
    event = AccessEvent.objects.get()
    assert (event.user, event.action, event.noun, event.client) == (
        house.owner,
        "view",
        "visit",
        house.ana.public_id,
    )


def test_a_full_visit_costs_a_bounded_number_of_queries(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(10))
    make_plan(in_pain(house), technique_slug="regular-massage", visit=visit.public_id)
    html(desk, visit)
    with CaptureQueriesContext(connection) as queries:
        html(desk, visit)
    assert len(queries) <= 44


def test_a_request_is_accepted(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(10), status=Status.REQUESTED)
    assert desk.post(url(visit, "accept")).status_code == 302
    visit.refresh_from_db()
    assert (visit.status, visit.changed_by) == (Status.CONFIRMED, house.owner)


def test_a_session_is_completed_and_owes_its_aftercare(house: House, desk: Browser) -> None:
    visit = begun(house)
    desk.post(url(visit, "complete"))
    visit.refresh_from_db()
    assert visit.status == Status.COMPLETED
    assert visit.reminders.filter(kind="aftercare").exists()


def test_a_session_that_has_not_begun_is_not_completed_and_the_page_says_why(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(10))
    page = desk.post(url(visit, "complete"), follow=True).content.decode()
    assert "has not begun" in page
    visit.refresh_from_db()
    assert visit.status == Status.CONFIRMED


def test_a_no_show_owes_nothing_more(house: House, desk: Browser) -> None:
    visit = begun(house)
    desk.post(url(visit, "no-show"))
    visit.refresh_from_db()
    assert visit.status == Status.NO_SHOW
    assert not visit.reminders.filter(state=ReminderState.DUE).exists()


def test_cancelling_needs_a_reason(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(10))
    assert desk.post(url(visit, "cancel"), {"reason": " "}).status_code == 422
    assert desk.post(url(visit, "cancel"), {"reason": "fever"}).status_code == 302
    visit.refresh_from_db()
    assert (visit.status, visit.reason, visit.changes.get().via) == (Status.CANCELLED, "fever", "desk")


def test_cancelling_twice_is_a_clear_refusal(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(10), status=Status.CANCELLED)
    response = desk.post(url(visit, "cancel"), {"reason": "again"})
    assert response.status_code == 422
    assert not visit.changes.exists()


def test_a_free_room_is_given_and_kept_in_the_history(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(10))
    desk.post(url(visit, "place"), {"room": house.blue_room.pk})
    visit.refresh_from_db()
    change = visit.changes.get()
    assert (visit.room, change.before, change.after) == (house.blue_room, "Green room", "Blue room")


@pytest.mark.invariant("I1")
def test_a_taken_room_is_refused(house: House, desk: Browser) -> None:
    house.visit(house.at(10, 30), therapist=house.jonas, client=house.ben, room=house.blue_room)
    visit = house.visit(house.at(10))
    response = desk.post(url(visit, "place"), {"room": house.blue_room.pk})
    assert response.status_code == 422
    assert "Blue room is taken then" in response.content.decode()
    visit.refresh_from_db()
    assert visit.room == house.green_room


@pytest.mark.invariant("I1")
def test_a_kit_that_is_still_heating_is_refused(house: House, desk: Browser) -> None:
    second = StoneKit.objects.create(name="Second kit")
    visit = house.visit(house.at(11, 45), service=house.hot_stone)
    other = house.visit(
        house.at(10), therapist=house.jonas, client=house.ben, service=house.regular, room=house.blue_room
    )
    # The other's session ends at 11:00; its kit is blocked until 12:00.
    Appointment.objects.filter(pk=other.pk).update(kit=second, kit_blocked_until=house.at(12))
    response = desk.post(url(visit, "place"), {"room": house.green_room.pk, "kit": second.pk})
    assert response.status_code == 422
    visit.refresh_from_db()
    assert visit.kit == house.kit


def test_hot_stones_keep_a_kit(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(10), service=house.hot_stone)
    assert desk.post(url(visit, "place"), {"room": house.green_room.pk, "kit": ""}).status_code == 422
    visit.refresh_from_db()
    assert visit.kit == house.kit


def test_a_note_is_saved_and_saved_again(house: House, desk: Browser) -> None:
    visit = begun(house)
    for text in ("first", "second"):
        assert desk.post(url(visit, "note"), {"subjective": text}).status_code == 302
    note = SessionNote.objects.get()
    assert (note.subjective, note.is_locked) == ("second", False)
    assert AccessEvent.objects.filter(action="change", noun="session note").count() == 2


def test_a_signed_note_never_changes(house: House, desk: Browser) -> None:
    visit = begun(house)
    desk.post(url(visit, "note"), {"plan": "rest", "sign": "1"})
    response = desk.post(url(visit, "note"), {"plan": "something else"})
    assert response.status_code == 422
    note = SessionNote.objects.get()
    assert (note.plan, note.signed_by) == ("rest", house.owner)


@pytest.mark.invariant("I11")
def test_an_empty_note_is_not_signed_and_what_was_typed_stays(house: House, desk: Browser) -> None:
    visit = begun(house)
    response = desk.post(url(visit, "note"), {"rebook_weeks": "3", "sign": "1"})
    assert response.status_code == 422
    assert 'value="3"' in response.content.decode()
    assert not SessionNote.objects.filter(signed_at__isnull=False).exists()


def test_too_long_a_note_is_refused_with_everything_that_was_typed(house: House, desk: Browser) -> None:
    visit = begun(house)
    response = desk.post(url(visit, "note"), {"subjective": "a" * 10_001, "plan": "walk daily"})
    assert response.status_code == 422
    assert "walk daily" in response.content.decode()
    assert not SessionNote.objects.exists()


def test_an_addendum_goes_under_a_signed_note_only(house: House, desk: Browser) -> None:
    visit = begun(house)
    assert desk.post(url(visit, "addendum"), {"text": "later"}).status_code == 422
    sign_note(visit, text=Soap(plan="rest"), by=house.owner)
    assert desk.post(url(visit, "addendum"), {"text": "later"}).status_code == 302
    assert SessionNoteAddendum.objects.get().text == "later"
    assert "later" in html(desk, visit)


def test_naming_an_interval_after_completion_owes_the_invitation(house: House, desk: Browser) -> None:
    visit = begun(house)
    desk.post(url(visit, "complete"))
    desk.post(url(visit, "note"), {"plan": "rest", "rebook_weeks": "4"})
    reminder = visit.reminders.get(kind="rebook")
    assert reminder.state == ReminderState.DUE
    assert reminder.due_at > timezone.now() + dt.timedelta(days=25)


def planned(house: House, **answers: object) -> tuple[Appointment, CarePlan]:
    """A visit and the plan that was made for it."""
    visit = house.visit(house.at(10))
    return visit, make_plan(in_pain(house, **answers), technique_slug="regular-massage", visit=visit.public_id)


def approve_url(visit: Appointment, plan: CarePlan) -> str:
    """Where a plan is approved."""
    return url(visit, f"plans/{plan.public_id}")


def test_what_is_ticked_is_released_and_the_rest_dropped(house: House, desk: Browser) -> None:
    visit, plan = planned(house)
    items = [item for item in plan.items.all() if not item.withheld_because and not item.not_with]
    assert len(items) > 1
    sent = {"keep": [items[0].pk], f"dose-{items[0].pk}": "twice a day"}
    assert desk.post(approve_url(visit, plan), sent).status_code == 302
    plan.refresh_from_db()
    items[0].refresh_from_db()
    assert (plan.state, plan.approved_by) == (CarePlan.State.APPROVED, house.owner)
    assert (items[0].state, items[0].dose) == (CarePlanItem.State.RELEASED, "twice a day")
    assert plan.items.get(pk=items[1].pk).state == CarePlanItem.State.DROPPED


@pytest.mark.invariant("I6")
def test_what_was_held_back_is_given_only_with_a_written_reason(house: House, desk: Browser) -> None:
    visit, plan = planned(house, conditions=["transdermal-patch"])
    held = next(item for item in plan.items.all() if item.withheld_because and not item.is_barred_for_good)
    for reason in ("", "asdfg"):
        refused = desk.post(approve_url(visit, plan), {"keep": [held.pk], f"why-{held.pk}": reason})
        assert refused.status_code == 422
        assert "two words and 12 letters" in refused.content.decode()
    held.refresh_from_db()
    assert held.state == CarePlanItem.State.WITHHELD
    desk.post(approve_url(visit, plan), {"keep": [held.pk], f"why-{held.pk}": "agreed with her doctor"})
    held.refresh_from_db()
    assert (held.state, held.override_reason) == (CarePlanItem.State.RELEASED, "agreed with her doctor")


def test_a_refused_review_keeps_ticks_and_reasons(house: House, desk: Browser) -> None:
    visit, plan = planned(house)
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
    page = desk.post(approve_url(visit, plan), sent).content.decode()
    assert 'value="agreed"' in page
    assert f'value="{held[1].pk}" id="keep-{held[1].pk}" checked' in page


@pytest.mark.parametrize("keep", ["x", "999999999"])
def test_an_item_of_another_plan_is_refused(house: House, desk: Browser, keep: str) -> None:
    visit, plan = planned(house)
    assert desk.post(approve_url(visit, plan), {"keep": [keep]}).status_code in (404, 422)
    plan.refresh_from_db()
    assert plan.state == CarePlan.State.DRAFT


@pytest.mark.invariant("I8")
def test_a_plan_of_another_client_is_not_found(house: House, desk: Browser) -> None:
    _visit, plan = planned(house)
    other = house.visit(house.at(14), client=house.ben)
    assert desk.post(approve_url(other, plan), {"keep": []}).status_code == 404


def test_each_message_says_what_became_of_it(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(10))
    mail = OutgoingMail.objects.create(
        kind="confirmation",
        to_email="ana@example.org",
        subject="Your appointment",
        text="Hello",
        message_id="<1@x>",
        state=MailState.SENT,
        sent_at=dt.datetime(2026, 3, 3, 9, 3, tzinfo=dt.UTC),
    )
    owed = {"appointment": visit, "revision": 0, "due_at": house.at(9), "not_after": house.at(10)}
    Reminder.objects.create(kind="confirmation", state="done", mail=mail, **owed)
    Reminder.objects.create(kind="reminder-48h", state="skipped", skip_reason="booked too late for it", **owed)
    page = html(desk, visit)
    assert "sent 3 Mar, 10:03" in page
    assert "booked too late for it" in page


def test_of_a_mail_that_was_sent_again_the_last_copy_counts(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(10))
    mail = ledger.write(kind="confirmation", to="ana@example.org", subject="s", text="t")
    copy = ledger.resend(mail, to=mail.to_email, name="Ana Lind")
    OutgoingMail.objects.filter(pk=mail.pk).update(state="failed")
    OutgoingMail.objects.filter(pk=copy.pk).update(state="sent", sent_at=dt.datetime(2026, 3, 3, 9, 3, tzinfo=dt.UTC))
    owed = {"revision": 0, "due_at": house.at(9), "not_after": house.at(10), "state": "done", "mail": mail}
    Reminder.objects.create(appointment=visit, kind="confirmation", **owed)
    page = html(desk, visit)
    assert "sent 3 Mar, 10:03" in page
    assert "failed" not in page


def test_the_price_is_written_as_everywhere(house: House, desk: Browser) -> None:
    page = html(desk, house.visit(house.at(10)))
    assert "€" in page
    assert "EUR" not in page


def test_a_request_for_an_intake_goes_out_only_while_it_is_awaited(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(10))
    owed = {"appointment": visit, "revision": 0, "due_at": house.at(9), "not_after": house.at(10)}
    Reminder.objects.create(kind="intake-missing", **owed)
    asked = ask_for_intake(house.ana, technique_slug="regular-massage", visit=visit.public_id)
    assert "goes out" in html(desk, visit)
    submit_intake(fill(asked))
    page = html(desk, visit)
    assert "goes out" not in page
    assert "not needed" in page
    assert "The intake is filled." in page


def test_moving_to_a_free_time_moves(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(10))
    page = desk.get(url(visit, "move")).content.decode()
    assert ">14:00" in page
    sent = {"therapist": str(house.mira.public_id), "day": house.day().isoformat(), "time": "14:00"}
    assert desk.post(url(visit, "move"), sent).status_code == 302
    visit.refresh_from_db()
    assert (visit.starts_at, visit.revision, visit.changes.get().via) == (house.at(14), 1, "desk")


@pytest.mark.invariant("I1")
def test_moving_onto_another_visit_is_refused_even_with_a_reason(house: House, desk: Browser) -> None:
    house.visit(house.at(14), client=house.ben)
    visit = house.visit(house.at(10))
    sent = {"therapist": str(house.mira.public_id), "day": house.day().isoformat(), "time": "14:30"}
    response = desk.post(url(visit, "move"), {**sent, "override": "on", "override_reason": "she asked for it"})
    assert response.status_code == 422
    assert 'value="14:30"' in response.content.decode()
    visit.refresh_from_db()
    assert visit.starts_at == house.at(10)


def test_moving_out_of_hours_needs_the_tick_and_a_reason(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(10))
    sent = {"therapist": str(house.mira.public_id), "day": house.day().isoformat(), "time": "19:00"}
    assert desk.post(url(visit, "move"), sent).status_code == 422
    assert desk.post(url(visit, "move"), {**sent, "override": "on"}).status_code == 422
    assert (
        desk.post(
            url(visit, "move"), {**sent, "override": "on", "override_reason": "flight in the evening"}
        ).status_code
        == 302
    )
    visit.refresh_from_db()
    assert visit.starts_at == house.at(19)


def test_a_time_that_the_clock_skips_is_refused_beside_the_time(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(10))
    year = house.day().year + 1
    spring = max(dt.date(year, 3, day) for day in range(25, 32) if dt.date(year, 3, day).weekday() == 6)
    sent = {"therapist": str(house.mira.public_id), "day": spring.isoformat(), "time": "02:30"}
    page = desk.post(url(visit, "move"), sent)
    assert page.status_code == 422
    assert "that time does not exist" in page.content.decode()


@pytest.mark.parametrize("sent", [{}, {"day": "soon", "time": "late"}, {"day": "9999-12-31", "time": "10:00"}])
def test_a_move_without_a_real_time_is_refused(house: House, desk: Browser, sent: dict[str, str]) -> None:
    visit = house.visit(house.at(10))
    assert desk.post(url(visit, "move"), {"therapist": str(house.mira.public_id), **sent}).status_code == 422
