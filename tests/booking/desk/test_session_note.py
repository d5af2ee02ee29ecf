"""Nothing that is typed into a session note is lost: whatever is pressed, whoever else writes, however it ends."""

import datetime as dt
import json

import pytest
from django.db import transaction
from django.utils import timezone

from booking.appointments.session_notes import NoteText, delete_old_note_drafts, sign_note
from booking.models import Appointment, SessionNote, SessionNoteAddendum, SessionNoteDraft, Status
from clients.intake.actions import request_intake, submit_intake
from clinic.models import AccessEvent
from tests.booking.desk.test_appointment import begun, url
from tests.clients.steps import fill
from tests.fixtures.actions import save_note
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.forms import Sent, filled


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    """Ana's session, which began an hour ago, in the hands of Mira."""
    return begun(cast)


@pytest.fixture
def mira(cast: Cast) -> Browser:
    """Mira at the desk."""
    browser = Browser()
    browser.force_login(cast.mira.user)  # type: ignore[arg-type] # she has one
    return browser


def opened(browser: Browser, appointment: Appointment) -> Sent:
    """The page of an appointment, as it would be sent with nothing touched."""
    return filled(browser.get(url(appointment)), "appointment-form")


def note_of(appointment: Appointment) -> SessionNote:
    """The note as it stands."""
    return SessionNote.objects.get(appointment=appointment)


def autosave(browser: Browser, appointment: Appointment, sent: Sent) -> dict[str, object]:
    """Save as the page does by itself, and put into `sent` what it shows from then on."""
    answer = browser.post(url(appointment, "note/autosave"), sent)
    assert answer.status_code == 200
    told: dict[str, object] = answer.json()
    sent["note_shown"] = [str(told["shown"])]
    return told


def test_a_pause_saves_the_note(mira: Browser, appointment: Appointment, cast: Cast) -> None:
    sent = opened(mira, appointment)
    told = autosave(mira, appointment, {**sent, "subjective": ["neck is stiff"]})
    assert told["all"] is True
    assert f"{timezone.localtime(note_of(appointment).saved_at, cast.zone):%H:%M}" in str(told["said"])
    assert (note_of(appointment).subjective, note_of(appointment).saved_by) == ("neck is stiff", cast.mira.user)


def test_nothing_is_written_where_nothing_was_typed(mira: Browser, appointment: Appointment) -> None:
    autosave(mira, appointment, opened(mira, appointment))
    assert not SessionNote.objects.exists()
    assert not SessionNoteDraft.objects.exists()


def test_writing_on_and_on_never_meets_oneself(mira: Browser, appointment: Appointment) -> None:
    sent = opened(mira, appointment)
    for text in ("stiff", "stiff neck", "sore neck", ""):
        sent["objective"] = [text]
        assert autosave(mira, appointment, sent)["all"] is True
        assert note_of(appointment).objective == text
    assert AccessEvent.objects.filter(action="change", noun="session note").count() == 1
    assert mira.post(url(appointment, "note"), {**sent, "objective": ["free again"]}).status_code == 302
    assert note_of(appointment).objective == "free again"


def test_whatever_button_is_pressed_the_note_is_kept(mira: Browser, appointment: Appointment) -> None:
    sent = {**opened(mira, appointment), "assessment": ["twenty minutes on the calf"], "rebook_weeks": ["3"]}
    for action in ("complete", "no-show", "cancel", "place", "clearance", "swap", "note", "accept"):
        with transaction.atomic():
            assert mira.post(url(appointment, action), {**sent, "reason": "she is ill"}).status_code in (302, 422)
            kept = note_of(appointment)
            assert (kept.assessment, kept.rebook_weeks) == ("twenty minutes on the calf", 3), action
            transaction.set_rollback(True)


def test_the_button_does_its_own_work_too(mira: Browser, appointment: Appointment) -> None:
    mira.post(url(appointment, "complete"), {**opened(mira, appointment), "plan": ["heat"]})
    appointment.refresh_from_db()
    assert (appointment.status, note_of(appointment).plan) == (Status.COMPLETED, "heat")


def test_a_plan_is_reviewed_with_the_note_half_written(mira: Browser, cast: Cast, appointment: Appointment) -> None:
    row = fill(request_intake(cast.ana, technique_slug="regular-massage", appointment=appointment.public_id))
    plan = submit_intake(row).plans.get()
    _first, second, *_rest = plan.items.filter(state="released").order_by("kind", "position")
    sent = {**opened(mira, appointment), "subjective": ["half a sent"]}
    for way, button in (("", {}), ("add/", {"find": "eucalyptus"}), ("order/", {"up": str(second.pk)})):
        with transaction.atomic():
            answer = mira.post(f"{url(appointment)}plans/{plan.public_id}/{way}", {**sent, **button})
            assert answer.status_code in (200, 302)
            assert note_of(appointment).subjective == "half a sent"
            transaction.set_rollback(True)


def test_two_tabs_on_one_note_keep_both_parts(mira: Browser, appointment: Appointment) -> None:
    one, other = opened(mira, appointment), opened(mira, appointment)
    mira.post(url(appointment, "note"), {**one, "subjective": ["could not sleep"]})
    assert mira.post(url(appointment, "note"), {**other, "objective": ["shoulder high"]}).status_code == 302
    assert (note_of(appointment).subjective, note_of(appointment).objective) == ("could not sleep", "shoulder high")


def test_two_who_write_the_same_part_see_both_texts_and_save_again_on_purpose(
    mira: Browser, appointment: Appointment, cast: Cast
) -> None:
    one, other = opened(mira, appointment), opened(mira, appointment)
    mira.post(url(appointment, "note"), {**one, "objective": ["left side"]})
    refused = mira.post(url(appointment, "note"), {**other, "objective": ["right side"], "plan": ["rest"]})
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "left side" in page
    assert str(cast.mira.user) in page
    assert filled(refused, "appointment-form")["objective"] == ["right side"]
    assert note_of(appointment).objective == "left side"
    assert mira.post(url(appointment, "note"), filled(refused, "appointment-form")).status_code == 302
    assert (note_of(appointment).objective, note_of(appointment).plan) == ("right side", "rest")
    assert not SessionNoteDraft.objects.exists()


def test_what_could_not_go_in_waits_for_its_writer_and_nobody_else(
    mira: Browser, appointment: Appointment, cast: Cast, client: Browser
) -> None:
    client.force_login(cast.owner)
    one, other = opened(mira, appointment), opened(mira, appointment)
    mira.post(url(appointment, "note"), {**one, "objective": ["left side"]})
    told = autosave(mira, appointment, {**other, "objective": ["right side"]})
    assert told["all"] is False
    assert note_of(appointment).objective == "left side"
    page = mira.get(url(appointment))
    assert filled(page, "appointment-form")["objective"] == ["right side"]
    assert "left side" in page.content.decode()
    assert "right side" not in client.get(url(appointment)).content.decode()
    sent = filled(page, "appointment-form")
    # What is saved by itself never decides for a person who has both texts before them.
    autosave(mira, appointment, {**sent, "objective": ["right side, low"]})
    assert note_of(appointment).objective == "left side"
    assert filled(mira.get(url(appointment)), "appointment-form")["objective"] == ["right side, low"]
    mira.post(url(appointment, "note"), {**sent, "objective": ["right side, low"]})
    assert note_of(appointment).objective == "right side, low"
    assert not SessionNoteDraft.objects.exists()


def test_text_that_goes_on_from_a_colleagues_is_no_conflict(mira: Browser, appointment: Appointment) -> None:
    sent = opened(mira, appointment)
    save_note(appointment, text=NoteText(objective="left side"))
    mira.post(url(appointment, "note"), {**sent, "objective": ["left side, and the calf"]})
    assert note_of(appointment).objective == "left side, and the calf"


def test_signing_signs_what_the_signer_saw(mira: Browser, appointment: Appointment) -> None:
    sent = opened(mira, appointment)
    save_note(appointment, text=NoteText(objective="bruise on the knee"))
    shown = mira.post(url(appointment, "note"), {**sent, "plan": ["rest"], "sign": "1"})
    assert shown.status_code == 409
    assert not note_of(appointment).is_locked
    assert filled(shown, "appointment-form")["objective"] == ["bruise on the knee"]
    assert mira.post(url(appointment, "note"), {**filled(shown, "appointment-form"), "sign": "1"}).status_code == 302
    note = note_of(appointment)
    assert (note.is_locked, note.objective, note.plan) == (True, "bruise on the knee", "rest")


def test_a_session_ahead_is_noted_and_not_signed(mira: Browser, cast: Cast) -> None:
    ahead = cast.appointment(cast.at(10))
    sent = opened(mira, ahead)
    answer = mira.post(url(ahead, "note"), {**sent, "plan": ["ask about the knee"], "sign": "1"})
    assert answer.status_code == 422
    assert filled(answer, "appointment-form")["plan"] == ["ask about the knee"]
    assert not SessionNote.objects.filter(appointment=ahead).exclude(signed_at=None).exists()
    mira.post(url(ahead, "note"), {**sent, "plan": ["ask about the knee"]})
    assert note_of(ahead).plan == "ask about the knee"


def test_what_is_typed_while_a_colleague_signs_becomes_an_addendum(
    mira: Browser, appointment: Appointment, cast: Cast
) -> None:
    sent = opened(mira, appointment)
    sign_note(appointment, text=NoteText(plan="rest"), by=cast.owner)
    mira.post(url(appointment, "complete"), {**sent, "assessment": ["slept afterwards"]})
    assert note_of(appointment).assessment == ""
    page = filled(mira.get(url(appointment)), "appointment-form")
    assert "slept afterwards" in page["text"][0]
    mira.post(url(appointment, "addendum"), page)
    assert "slept afterwards" in SessionNoteAddendum.objects.get().text
    assert not SessionNoteDraft.objects.exists()


def test_a_draft_can_be_thrown_away(mira: Browser, appointment: Appointment, cast: Cast) -> None:
    sent = opened(mira, appointment)
    sign_note(appointment, text=NoteText(plan="rest"), by=cast.owner)
    mira.post(url(appointment, "complete"), {**sent, "assessment": ["slept afterwards"]})
    mira.post(url(appointment, "addendum"), {**opened(mira, appointment), "discard": "1"})
    assert not SessionNoteDraft.objects.exists()
    assert not SessionNoteAddendum.objects.exists()


def test_words_that_do_not_fit_are_kept_too(mira: Browser, appointment: Appointment) -> None:
    sent = {**opened(mira, appointment), "subjective": ["a" * 10_001], "plan": ["rest"]}
    mira.post(url(appointment, "complete"), sent)
    assert note_of(appointment).plan == "rest"
    assert filled(mira.get(url(appointment)), "appointment-form")["subjective"] == ["a" * 10_001]


def test_a_colleagues_note_is_not_written_by_a_button(cast: Cast, appointment: Appointment) -> None:
    jonas = Browser()
    jonas.force_login(cast.jonas.user)  # type: ignore[arg-type] # he has one
    sent = {"appointment": str(appointment.public_id), "note_shown": json.dumps({"fields": {}}), "plan": "mine"}
    jonas.post(url(appointment, "complete"), sent)
    assert not SessionNote.objects.exists()
    assert jonas.post(url(appointment, "note/autosave"), sent).status_code == 404


def test_a_draft_that_nobody_wants_is_deleted_in_the_end(mira: Browser, appointment: Appointment, cast: Cast) -> None:
    draft = SessionNoteDraft.objects.create(appointment=appointment, by=cast.owner, parts={"plan": "x"})
    later = draft.at + dt.timedelta(days=SessionNoteDraft.KEPT_DAYS)
    assert delete_old_note_drafts(later - dt.timedelta(minutes=1)) == 0
    assert delete_old_note_drafts(later + dt.timedelta(minutes=1)) == 1


def test_what_no_page_of_ours_says_of_a_note_is_no_fault(mira: Browser, appointment: Appointment) -> None:
    sent = opened(mira, appointment)
    shown: object
    for shown in (
        {"fields": {}, "contested": 5},
        {"fields": {}, "contested": [["plan"], {"a": 1}, "id"]},
        {"fields": [1], "contested": ["plan"]},
    ):
        with transaction.atomic():
            typed = {**sent, "note_shown": [json.dumps(shown)], "subjective": ["neck is stiff"]}
            assert autosave(mira, appointment, typed)["said"]
            assert note_of(appointment).subjective == "neck is stiff"
            transaction.set_rollback(True)
