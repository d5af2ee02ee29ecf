"""The Django admin of booking: nothing that would break a rule can be saved, and nothing answers 500."""

import datetime as dt
import re
from decimal import Decimal

import pytest
import time_machine
from django.contrib import admin
from django.utils import timezone

from booking.appointments.screening import SafetyAnswers
from booking.appointments.session_notes import NoteText, sign_note
from booking.models import (
    AddOn,
    Appointment,
    Holiday,
    MessageText,
    Reminder,
    ReminderRule,
    Series,
    SessionNote,
    SessionNoteAddendum,
    Status,
    TimeOff,
)
from booking.payments.actions import adjust_price, record_payment
from booking.payments.receipts import issue_receipt
from booking.waitlist.matching import Preferences
from clients.models import Screening
from clinic.models import AccessEvent
from tests.booking.admin_pages import all_the_same
from tests.fixtures.actions import join_waitlist, move, save_note
from tests.fixtures.add_ons import Extras
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

MARK = "canary-lumbago"


@pytest.fixture
def owner(cast: Cast, client: Browser) -> Browser:
    """Olga in the admin."""
    client.force_login(cast.owner)
    return client


def url(noun: str, page: str = "changelist", *args: int) -> str:
    """The address of an admin page of booking."""
    tail = {"changelist": "", "add": "add/", "change": f"{args[0]}/change/" if args else ""}[page]
    return f"/admin/booking/{noun}/{tail}"


def wall(cast: Cast, moment: dt.datetime) -> dict[str, str]:
    """An instant as the admin's two fields take it."""
    local = moment.astimezone(cast.zone)
    return {"starts_at_0": f"{local:%Y-%m-%d}", "starts_at_1": f"{local:%H:%M:%S}"}


def new(cast: Cast, moment: dt.datetime, **more: object) -> dict[str, object]:
    """A filled form for a new appointment of Ben."""
    return {
        "client": cast.ben.pk,
        "service": cast.regular.pk,
        "therapist": cast.mira.pk,
        "asked": "on",
        "client_note": "",
        "why": "",
        **wall(cast, moment),
        **more,
    }


def edited(cast: Cast, appointment: Appointment, **more: object) -> dict[str, object]:
    """The change form of an appointment as it stands, with some fields edited."""
    return {
        "therapist": appointment.therapist_id,
        "room": appointment.room_id or "",
        "kit": appointment.kit_id or "",
        "status": appointment.status,
        "why": "",
        **wall(cast, appointment.starts_at),
        "changes-TOTAL_FORMS": 0,
        "changes-INITIAL_FORMS": 0,
        "reminders-TOTAL_FORMS": 0,
        "reminders-INITIAL_FORMS": 0,
        **more,
    }


def every_noun(cast: Cast) -> None:
    """A row of every noun of booking."""
    appointment = cast.appointment(cast.at(10), service=cast.hot_stone)
    save_note(appointment, text=NoteText(subjective=MARK, objective=MARK, assessment=MARK, plan=MARK))
    Appointment.objects.filter(pk=appointment.pk).update(client_note=MARK, reason=MARK)
    TimeOff.objects.create(therapist=None, starts_at=cast.at(18), ends_at=cast.at(20))
    Holiday.objects.create(date=cast.day(), name="All Saints")
    AddOn.objects.create(slug="hot-towel", name="Hot towel", price=5).services.set([cast.regular])
    MessageText.objects.create(kind="aftercare", opening="How are you, {first_name}?")
    Series.objects.create(client=cast.ana, service=cast.regular, therapist=cast.mira, every_weeks=2, times=6)
    other = cast.appointment(cast.at(12), client=cast.ben)
    other.changes.create(via="desk", what="moved")
    Reminder.objects.create(
        appointment=other, kind="reminder-24h", revision=0, due_at=cast.at(9), not_after=cast.at(12)
    )
    suits = Preferences(frozenset({1}), dt.time(9), dt.time(12), cast.day(), cast.day())
    join_waitlist(service=cast.regular, client=cast.ana, answers=SafetyAnswers(), suits=suits, via=Appointment.Via.DESK)
    adjust_price(other, amount=Decimal(-1), reason="Loyalty", by=cast.owner)
    record_payment(other, amount=Decimal(1), method="cash", by=cast.owner)
    issue_receipt(other, practice=cast.practice, by=cast.owner)


@pytest.mark.invariant("I10")
def test_every_page_of_every_noun_opens_with_data_and_no_list_shows_a_word_about_health(
    cast: Cast, owner: Browser
) -> None:
    every_noun(cast)
    opened = 0
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label != "booking":
            continue
        base = f"/admin/booking/{model._meta.model_name}/"
        page = owner.get(base)
        assert page.status_code == 200, base
        assert MARK not in page.content.decode(), base
        assert owner.get(base, {"q": "mira"}).status_code == 200, base
        row = model._default_manager.first()
        assert row is not None, f"no row of {base}"
        assert owner.get(f"{base}{row.pk}/change/").status_code == 200, base
        if model_admin.has_add_permission(page.wsgi_request):
            assert owner.get(f"{base}add/").status_code == 200, base
        opened += 1
    assert opened >= 10


@pytest.mark.invariant("I1")
def test_an_overlap_is_refused_beside_the_time_and_nothing_is_written(cast: Cast, owner: Browser) -> None:
    cast.appointment(cast.at(10))
    response = owner.post(url("appointment", "add"), new(cast, cast.at(10, 30)))
    assert response.status_code == 200
    errors = response.context["adminform"].form.errors
    assert list(errors) == ["starts_at"]
    assert "has another appointment" in errors["starts_at"][0]
    assert Appointment.objects.count() == 1


@pytest.mark.invariant("I1")
def test_an_override_never_allows_an_overlap(cast: Cast, owner: Browser) -> None:
    cast.appointment(cast.at(10))
    response = owner.post(url("appointment", "add"), new(cast, cast.at(10, 30), override="on", why="she begged for it"))
    assert "starts_at" in response.context["adminform"].form.errors
    assert Appointment.objects.count() == 1


def test_adding_books_with_reminders_and_history(cast: Cast, owner: Browser) -> None:
    response = owner.post(url("appointment", "add"), new(cast, cast.at(10)))
    assert response.status_code == 302, response.context["adminform"].form.errors
    appointment = Appointment.objects.get()
    assert (appointment.client, appointment.via, appointment.changed_by) == (cast.ben, "admin", cast.owner)
    assert appointment.room is not None
    assert appointment.changes.get().what == "booked"
    assert appointment.reminders.exists()


def test_adding_out_of_hours_needs_the_tick_and_a_reason(cast: Cast, owner: Browser) -> None:
    late = cast.at(19)
    assert "starts_at" in owner.post(url("appointment", "add"), new(cast, late)).context["adminform"].form.errors
    for why in ("", "asdfg"):
        without = owner.post(url("appointment", "add"), new(cast, late, override="on", why=why))
        assert "why" in without.context["adminform"].form.errors
    assert (
        owner.post(url("appointment", "add"), new(cast, late, override="on", why="she asked for it")).status_code == 302
    )
    assert Appointment.objects.get().reason == "she asked for it"


def test_adding_without_the_safety_question_is_refused(cast: Cast, owner: Browser) -> None:
    response = owner.post(url("appointment", "add"), new(cast, cast.at(10), asked=""))
    assert "asked" in response.context["adminform"].form.errors


def test_changing_the_time_moves(cast: Cast, owner: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    response = owner.post(
        url("appointment", "change", appointment.pk), edited(cast, appointment, **wall(cast, cast.at(14)))
    )
    assert response.status_code == 302, response.context["adminform"].form.errors
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.revision) == (cast.at(14), 1)
    assert appointment.blocked_until == cast.at(15, 15)


@pytest.mark.invariant("I1")
def test_moving_onto_another_appointment_is_refused_beside_the_time(cast: Cast, owner: Browser) -> None:
    cast.appointment(cast.at(14), client=cast.ben)
    appointment = cast.appointment(cast.at(10))
    response = owner.post(
        url("appointment", "change", appointment.pk), edited(cast, appointment, **wall(cast, cast.at(14)))
    )
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["starts_at"]
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.revision) == (cast.at(10), 0)


def test_a_taken_room_is_refused_beside_the_room(cast: Cast, owner: Browser) -> None:
    cast.appointment(cast.at(10), therapist=cast.jonas, client=cast.ben, room=cast.blue_room)
    appointment = cast.appointment(cast.at(10))
    response = owner.post(
        url("appointment", "change", appointment.pk), edited(cast, appointment, room=cast.blue_room.pk)
    )
    assert list(response.context["adminform"].form.errors) == ["room"]
    appointment.refresh_from_db()
    assert appointment.room == cast.green_room


def test_cancelling_needs_a_reason_and_frees_the_time(cast: Cast, owner: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    address = url("appointment", "change", appointment.pk)
    assert "why" in owner.post(address, edited(cast, appointment, status="cancelled")).context["adminform"].form.errors
    assert owner.post(address, edited(cast, appointment, status="cancelled", why="ill")).status_code == 302
    appointment.refresh_from_db()
    assert (appointment.status, appointment.reason) == (Status.CANCELLED, "ill")
    assert owner.post(url("appointment", "add"), new(cast, cast.at(10))).status_code == 302


def test_saving_without_an_edit_changes_nothing(cast: Cast, owner: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    assert owner.post(url("appointment", "change", appointment.pk), edited(cast, appointment)).status_code == 302
    appointment.refresh_from_db()
    assert appointment.revision == 0
    assert not appointment.changes.exists()


def test_two_edits_stand_or_fall_together(cast: Cast, owner: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    response = owner.post(
        url("appointment", "change", appointment.pk),
        edited(cast, appointment, status="completed", **wall(cast, cast.at(14))),
    )
    assert response.status_code == 200
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.status) == (cast.at(10), Status.CONFIRMED)


def test_a_yes_against_the_answers_needs_a_reason_beside_its_field(cast: Cast, owner: Browser) -> None:
    appointment = cast.appointment(cast.at(10), status=Status.REQUESTED)
    answers = {"technique": "regular-massage", "conditions": [], "red_flags": [], "triage": "ok", "level": "ok"}
    against = Screening.objects.create(client=appointment.client, **{**answers, "red_flags": ["weight-loss"]})
    seen = {"clearance_seen_on": cast.day(0), "clearance_seen_by": cast.owner}
    Appointment.objects.filter(pk=appointment.pk).update(screening=against, **seen)
    address = url("appointment", "change", appointment.pk)
    response = owner.post(address, edited(cast, appointment, status="confirmed"))
    assert "why" in response.context["adminform"].form.errors
    assert (
        "why"
        in owner.post(address, edited(cast, appointment, status="confirmed", why="asdfg"))
        .context["adminform"]
        .form.errors
    )
    owner.post(address, edited(cast, appointment, status="confirmed", why="Seen by her doctor this morning."))
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED
    assert appointment.changes.filter(reason="Seen by her doctor this morning.").exists()


@pytest.mark.parametrize("noun", ["appointment", "appointmentchange", "reminder", "sessionnote"])
def test_what_has_a_history_cannot_be_deleted(cast: Cast, owner: Browser, noun: str) -> None:
    every_noun(cast)
    model = next(each for each in admin.site._registry if each._meta.model_name == noun)
    row = model._default_manager.first()
    assert row is not None
    assert owner.post(f"/admin/booking/{noun}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    owner.post(url(noun), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("noun", ["therapist", "service", "room"])
def test_deleting_what_appointments_refer_to_is_a_message_not_an_error(cast: Cast, owner: Browser, noun: str) -> None:
    appointment = cast.appointment(cast.at(10))
    key = getattr(appointment, f"{noun}_id")
    page = owner.post(f"/admin/booking/{noun}/{key}/delete/", {"post": "yes"})
    assert page.status_code == 200
    assert re.search("protected|cannot be deleted|Cannot delete", page.content.decode(), re.IGNORECASE)
    appointment.refresh_from_db()


def test_a_signed_note_is_locked_and_takes_an_addendum(cast: Cast, owner: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    with time_machine.travel(appointment.ends_at):
        note = sign_note(appointment, text=NoteText(plan="rest"), by=cast.owner)
    address = url("sessionnote", "change", note.pk)
    frame = {
        "addenda-TOTAL_FORMS": 1,
        "addenda-INITIAL_FORMS": 0,
        "addenda-0-text": "and water",
        "addenda-0-note": note.pk,
    }
    assert owner.post(address, {"plan": "changed", **frame}).status_code == 302
    note.refresh_from_db()
    assert note.plan == "rest"
    addendum = SessionNoteAddendum.objects.get()
    assert (addendum.text, addendum.by) == ("and water", cast.owner)


def test_an_open_note_can_be_corrected_and_looking_is_logged(cast: Cast, owner: Browser) -> None:
    type(cast.mira).objects.filter(pk=cast.mira.pk).update(user=None)  # her notes are written by the team
    note = save_note(cast.appointment(cast.at(10)), text=NoteText(plan="rest"))
    address = url("sessionnote", "change", note.pk)
    owner.get(address)
    owner.post(address, {"plan": "walk", "addenda-TOTAL_FORMS": 0, "addenda-INITIAL_FORMS": 0})
    assert SessionNote.objects.get().plan == "walk"
    log = AccessEvent.objects.filter(noun="session note").order_by("at").values_list("action", flat=True)
    assert list(log) == ["view", "change"]


def test_editing_a_rule_moves_what_is_pending(cast: Cast, owner: Browser) -> None:
    owner.post(url("appointment", "add"), new(cast, cast.at(10, ahead=14)))
    rule = ReminderRule.objects.get(kind="reminder-24h", service=None)
    due = Reminder.objects.get(kind="reminder-24h").due_at
    sent = {"kind": rule.kind, "service": "", "anchor": rule.anchor, "minutes": rule.minutes + 120, "active": "on"}
    assert owner.post(url("reminderrule", "change", rule.pk), sent).status_code == 302
    assert Reminder.objects.get(kind="reminder-24h").due_at < due


@pytest.mark.parametrize("several", [True, False])
def test_deleting_a_rule_leaves_what_is_pending_to_the_general_one(cast: Cast, owner: Browser, several: bool) -> None:
    owner.post(url("appointment", "add"), new(cast, cast.at(10, ahead=14)))
    own = {"kind": "reminder-24h", "service": cast.regular.pk, "anchor": "start", "minutes": 120, "active": "on"}
    owner.post(url("reminderrule", "add"), own)
    reminder = Reminder.objects.get(kind="reminder-24h")
    assert reminder.due_at == cast.at(8, ahead=14)
    rule = ReminderRule.objects.get(service=cast.regular)
    if several:
        sent = {"action": "delete_selected", "_selected_action": [rule.pk], "post": "yes"}
        owner.post(url("reminderrule"), sent)
    else:
        owner.post(f"{url('reminderrule')}{rule.pk}/delete/", {"post": "yes"})
    reminder.refresh_from_db()
    assert reminder.due_at == cast.at(10, ahead=14) - dt.timedelta(days=1)


def test_a_rule_of_another_kind_now_leaves_nothing_due_of_the_old_one(cast: Cast, owner: Browser) -> None:
    owner.post(url("appointment", "add"), new(cast, cast.at(10, ahead=14)))
    ReminderRule.objects.filter(kind="reminder-48h").delete()
    Reminder.objects.filter(kind="reminder-48h").delete()
    rule = ReminderRule.objects.get(kind="reminder-24h")
    sent = {"kind": "reminder-48h", "service": "", "anchor": "start", "minutes": 120, "active": "on"}
    assert owner.post(url("reminderrule", "change", rule.pk), sent).status_code == 302
    old, new_one = (Reminder.objects.get(kind=kind) for kind in ("reminder-24h", "reminder-48h"))
    assert (old.state, old.skip_reason) == ("skipped", "No rule asks for it any more.")
    assert (new_one.state, new_one.due_at) == ("due", cast.at(8, ahead=14))


def save_practice(cast: Cast, owner: Browser, **changes: object) -> None:
    """Save the practice's page with these fields changed."""
    page = f"/admin/clinic/practice/{cast.practice.pk}/change/"
    form = owner.get(page).context["adminform"].form
    sent = {name: "" if value is None else value for name, value in form.initial.items() if name in form.fields}
    sent = {name: value for name, value in {**sent, **changes}.items() if value is not False}
    assert owner.post(page, sent).status_code == 302


@pytest.mark.parametrize(
    ("kind", "changes", "later"),
    [
        # Nine in Berlin is seven on the Azores all year, which waits for eight there.
        ("reminder-24h", {"time_zone": "Atlantic/Azores", "_keep": "instant"}, dt.timedelta(hours=1)),
        ("confirmation", {"confirmation_delay_minutes": 30}, dt.timedelta(minutes=27)),
    ],
)
def test_what_is_pending_follows_the_practices_zone_and_its_delay(
    cast: Cast, owner: Browser, kind: str, changes: dict[str, object], later: dt.timedelta
) -> None:
    owner.post(url("appointment", "add"), new(cast, cast.at(9, ahead=14)))
    before = Reminder.objects.get(kind=kind).due_at
    save_practice(cast, owner, **changes)
    newest = Reminder.objects.filter(kind=kind).order_by("revision").last()
    assert newest is not None
    assert newest.due_at == before + later


def test_editing_the_quiet_hours_moves_what_is_pending_out_of_them(cast: Cast, owner: Browser) -> None:
    owner.post(url("appointment", "add"), new(cast, cast.at(10, ahead=14)))
    reminder = Reminder.objects.get(kind="reminder-24h")
    day_before = cast.at(10, ahead=14) - dt.timedelta(days=1)
    assert reminder.due_at == day_before
    save_practice(cast, owner, quiet_from="09:00", quiet_until="12:30")
    reminder.refresh_from_db()
    assert reminder.due_at == day_before + dt.timedelta(hours=2, minutes=30)


def test_time_off_over_an_appointment_is_saved_once_it_was_shown(cast: Cast, owner: Browser) -> None:
    cast.appointment(cast.at(10))
    local = cast.at(9).astimezone(cast.zone)
    sent = {
        "therapist": cast.mira.pk,
        "starts_at_0": f"{local:%Y-%m-%d}",
        "starts_at_1": "09:00:00",
        "ends_at_0": f"{local:%Y-%m-%d}",
        "ends_at_1": "12:00:00",
        "reason": "",
    }
    shown = owner.post(url("timeoff", "add"), sent)
    assert not TimeOff.objects.exists()
    owner.post(url("timeoff", "add"), all_the_same(shown))
    assert TimeOff.objects.get().starts_at == cast.at(9)
    assert Appointment.objects.get().status == Status.CONFIRMED


def test_times_are_shown_on_the_practices_clock(cast: Cast, owner: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    page = owner.get(url("appointment", "change", appointment.pk)).content.decode()
    assert 'value="10:00"' in page
    assert f"{cast.day():%-d %b %Y}, 10:00 Mira Feld" in page, "and so are the names of rows"
    due = cast.at(8)
    appointment.reminders.create(kind="reminder-24h", revision=0, due_at=due, not_after=appointment.starts_at)
    listed = owner.get("/admin/booking/reminder/").content.decode()
    assert f"{cast.day():%-d %b %Y}, 10:00 Mira Feld" in listed
    assert timezone.get_current_timezone_name() == "UTC"


def test_an_appointment_shows_what_was_added(cast: Cast, extras: Extras, owner: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    appointment.add_ons.create(add_on=extras.towel, name="Hot towel", minutes=0, price=5)
    text = owner.get(url("appointment", "change", appointment.pk)).content.decode()
    assert "Regular massage, 60 min + Hot towel" in text


def test_an_appointment_is_added_with_add_ons(cast: Cast, extras: Extras, owner: Browser) -> None:
    added = [extras.towel.pk, extras.feet.pk]
    assert owner.post(url("appointment", "add"), new(cast, cast.at(10), add_ons=added)).status_code == 302
    appointment = Appointment.objects.get()
    assert (appointment.minutes, appointment.price) == (cast.regular.minutes + 15, cast.regular.price + 23)
    assert appointment.parts.endswith("+ Hot towel + Foot massage, 15 min")


def test_an_add_on_that_does_not_go_with_the_service_is_refused_beside_it(
    cast: Cast, extras: Extras, owner: Browser
) -> None:
    sent = new(cast, cast.at(10), service=cast.hot_stone.pk, add_ons=[extras.towel.pk])
    refused = owner.post(url("appointment", "add"), sent)
    assert set(refused.context["adminform"].form.errors) == {"add_ons"}
    assert not Appointment.objects.exists()


def test_the_history_is_told_on_the_practices_clock(cast: Cast, owner: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    move(appointment, start=cast.at(14), therapist=cast.mira, via="desk")
    text = owner.get(url("appointment", "change", appointment.pk)).content.decode()
    day = f"{cast.day():%-d %b %Y}"
    assert f"{day}, 10:00 → {day}, 14:00" in text
    assert f"{day}, 14:00" in owner.get(url("appointmentchange")).content.decode()


def test_a_reminder_rule_without_a_kind_is_told_only_that(cast: Cast, owner: Browser) -> None:
    refused = owner.post(url("reminderrule", "add"), {"kind": "", "anchor": "start", "minutes": 60})
    assert refused.context["adminform"].form.errors["kind"] == ["This field is required."]
