"""Nothing that is typed into a session note is lost: whatever is pressed, whoever else writes, however it ends."""

import datetime as dt
import json

import pytest
from django.test import Client as Browser
from django.utils import timezone

from booking.actions.notes import Soap, forget_old_drafts, save_note, sign_note
from booking.models import Appointment, SessionNote, SessionNoteAddendum, SessionNoteDraft
from booking.models.appointment import Status
from clients.actions import ask_for_intake, submit_intake
from clinic.models import AccessEvent
from tests.booking.desk.test_visit import begun, url
from tests.clients.steps import fill
from tests.fixtures.cast import House
from tests.fixtures.forms import Sent, filled


@pytest.fixture
def visit(house: House) -> Appointment:
    """Ana's session, which began an hour ago, in the hands of Mira."""
    return begun(house)


@pytest.fixture
def mira(house: House) -> Browser:
    """Mira at the desk."""
    browser = Browser()
    browser.force_login(house.mira.user)  # type: ignore[arg-type] # she has one
    return browser


def opened(browser: Browser, visit: Appointment) -> Sent:
    """The page of a visit, as it would be sent with nothing touched."""
    return filled(browser.get(url(visit)), "visit-form")


def note_of(visit: Appointment) -> SessionNote:
    """The note as it stands."""
    return SessionNote.objects.get(appointment=visit)


def autosave(browser: Browser, visit: Appointment, sent: Sent) -> dict[str, object]:
    """Save as the page does by itself, and put into `sent` what it shows from then on."""
    answer = browser.post(url(visit, "note/autosave"), sent)
    assert answer.status_code == 200
    told: dict[str, object] = answer.json()
    sent["note_shown"] = [str(told["shown"])]
    return told


def test_a_pause_saves_the_note(mira: Browser, visit: Appointment, house: House) -> None:
    sent = opened(mira, visit)
    told = autosave(mira, visit, {**sent, "subjective": ["neck is stiff"]})
    assert told["all"] is True
    assert f"{timezone.localtime(note_of(visit).saved_at, house.zone):%H:%M}" in str(told["said"])
    assert (note_of(visit).subjective, note_of(visit).saved_by) == ("neck is stiff", house.mira.user)


def test_nothing_is_written_where_nothing_was_typed(mira: Browser, visit: Appointment) -> None:
    autosave(mira, visit, opened(mira, visit))
    assert not SessionNote.objects.exists()
    assert not SessionNoteDraft.objects.exists()


def test_writing_on_and_on_never_meets_oneself(mira: Browser, visit: Appointment) -> None:
    sent = opened(mira, visit)
    for text in ("stiff", "stiff neck", "sore neck", ""):
        sent["objective"] = [text]
        assert autosave(mira, visit, sent)["all"] is True
        assert note_of(visit).objective == text
    assert AccessEvent.objects.filter(action="change", noun="session note").count() == 1
    assert mira.post(url(visit, "note"), {**sent, "objective": ["free again"]}).status_code == 302
    assert note_of(visit).objective == "free again"


@pytest.mark.parametrize("action", ["complete", "no-show", "cancel", "place", "clearance", "swap", "note", "accept"])
def test_whatever_button_is_pressed_the_note_is_kept(mira: Browser, visit: Appointment, action: str) -> None:
    sent = {**opened(mira, visit), "assessment": ["twenty minutes on the calf"], "rebook_weeks": ["3"]}
    assert mira.post(url(visit, action), {**sent, "reason": "she is ill"}).status_code in (302, 422)
    assert (note_of(visit).assessment, note_of(visit).rebook_weeks) == ("twenty minutes on the calf", 3)


def test_the_button_does_its_own_work_too(mira: Browser, visit: Appointment) -> None:
    mira.post(url(visit, "complete"), {**opened(mira, visit), "plan": ["heat"]})
    visit.refresh_from_db()
    assert (visit.status, note_of(visit).plan) == (Status.COMPLETED, "heat")


@pytest.mark.parametrize("button", [{}, {"find": "eucalyptus"}, {"up": ""}])
def test_a_plan_is_reviewed_with_the_note_half_written(
    mira: Browser, house: House, visit: Appointment, button: dict[str, str]
) -> None:
    row = fill(ask_for_intake(house.ana, technique_slug="regular-massage", visit=visit.public_id))
    plan = submit_intake(row).plans.get()
    way = {"find": "add/", "up": "order/"}.get(next(iter(button), ""), "")
    if "up" in button:
        _first, second, *_rest = plan.items.filter(state="released").order_by("kind", "position")
        button = {"up": str(second.pk)}
    sent = {**opened(mira, visit), **button, "subjective": ["half a sent"]}
    answer = mira.post(f"{url(visit)}plans/{plan.public_id}/{way}", sent)
    assert answer.status_code in (200, 302)
    assert note_of(visit).subjective == "half a sent"


def test_two_tabs_on_one_note_keep_both_parts(mira: Browser, visit: Appointment) -> None:
    one, other = opened(mira, visit), opened(mira, visit)
    mira.post(url(visit, "note"), {**one, "subjective": ["could not sleep"]})
    assert mira.post(url(visit, "note"), {**other, "objective": ["shoulder high"]}).status_code == 302
    assert (note_of(visit).subjective, note_of(visit).objective) == ("could not sleep", "shoulder high")


def test_two_who_write_the_same_part_see_both_texts_and_save_again_on_purpose(
    mira: Browser, visit: Appointment, house: House
) -> None:
    one, other = opened(mira, visit), opened(mira, visit)
    mira.post(url(visit, "note"), {**one, "objective": ["left side"]})
    refused = mira.post(url(visit, "note"), {**other, "objective": ["right side"], "plan": ["rest"]})
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "left side" in page
    assert str(house.mira.user) in page
    assert filled(refused, "visit-form")["objective"] == ["right side"]
    assert note_of(visit).objective == "left side"
    assert mira.post(url(visit, "note"), filled(refused, "visit-form")).status_code == 302
    assert (note_of(visit).objective, note_of(visit).plan) == ("right side", "rest")
    assert not SessionNoteDraft.objects.exists()


def test_what_could_not_go_in_waits_for_its_writer_and_nobody_else(
    mira: Browser, visit: Appointment, house: House, client: Browser
) -> None:
    client.force_login(house.owner)
    one, other = opened(mira, visit), opened(mira, visit)
    mira.post(url(visit, "note"), {**one, "objective": ["left side"]})
    told = autosave(mira, visit, {**other, "objective": ["right side"]})
    assert told["all"] is False
    assert note_of(visit).objective == "left side"
    page = mira.get(url(visit))
    assert filled(page, "visit-form")["objective"] == ["right side"]
    assert "left side" in page.content.decode()
    assert "right side" not in client.get(url(visit)).content.decode()
    sent = filled(page, "visit-form")
    # What is saved by itself never decides for a person who has both texts before them.
    autosave(mira, visit, {**sent, "objective": ["right side, low"]})
    assert note_of(visit).objective == "left side"
    assert filled(mira.get(url(visit)), "visit-form")["objective"] == ["right side, low"]
    mira.post(url(visit, "note"), {**sent, "objective": ["right side, low"]})
    assert note_of(visit).objective == "right side, low"
    assert not SessionNoteDraft.objects.exists()


def test_text_that_goes_on_from_a_colleagues_is_no_conflict(mira: Browser, visit: Appointment) -> None:
    sent = opened(mira, visit)
    save_note(visit, text=Soap(objective="left side"))
    mira.post(url(visit, "note"), {**sent, "objective": ["left side, and the calf"]})
    assert note_of(visit).objective == "left side, and the calf"


def test_signing_signs_what_the_signer_saw(mira: Browser, visit: Appointment) -> None:
    sent = opened(mira, visit)
    save_note(visit, text=Soap(objective="bruise on the knee"))
    shown = mira.post(url(visit, "note"), {**sent, "plan": ["rest"], "sign": "1"})
    assert shown.status_code == 409
    assert not note_of(visit).is_locked
    assert filled(shown, "visit-form")["objective"] == ["bruise on the knee"]
    assert mira.post(url(visit, "note"), {**filled(shown, "visit-form"), "sign": "1"}).status_code == 302
    note = note_of(visit)
    assert (note.is_locked, note.objective, note.plan) == (True, "bruise on the knee", "rest")


def test_what_is_typed_while_a_colleague_signs_becomes_an_addendum(
    mira: Browser, visit: Appointment, house: House
) -> None:
    sent = opened(mira, visit)
    sign_note(visit, text=Soap(plan="rest"), by=house.owner)
    mira.post(url(visit, "complete"), {**sent, "assessment": ["slept afterwards"]})
    assert note_of(visit).assessment == ""
    page = filled(mira.get(url(visit)), "visit-form")
    assert "slept afterwards" in page["text"][0]
    mira.post(url(visit, "addendum"), page)
    assert "slept afterwards" in SessionNoteAddendum.objects.get().text
    assert not SessionNoteDraft.objects.exists()


def test_a_draft_can_be_thrown_away(mira: Browser, visit: Appointment, house: House) -> None:
    sent = opened(mira, visit)
    sign_note(visit, text=Soap(plan="rest"), by=house.owner)
    mira.post(url(visit, "complete"), {**sent, "assessment": ["slept afterwards"]})
    mira.post(url(visit, "addendum"), {**opened(mira, visit), "discard": "1"})
    assert not SessionNoteDraft.objects.exists()
    assert not SessionNoteAddendum.objects.exists()


def test_words_that_do_not_fit_are_kept_too(mira: Browser, visit: Appointment) -> None:
    sent = {**opened(mira, visit), "subjective": ["a" * 10_001], "plan": ["rest"]}
    mira.post(url(visit, "complete"), sent)
    assert note_of(visit).plan == "rest"
    assert filled(mira.get(url(visit)), "visit-form")["subjective"] == ["a" * 10_001]


def test_a_colleagues_note_is_not_written_by_a_button(house: House, visit: Appointment) -> None:
    jonas = Browser()
    jonas.force_login(house.jonas.user)  # type: ignore[arg-type] # he has one
    sent = {"visit": str(visit.public_id), "note_shown": json.dumps({"fields": {}}), "plan": "mine"}
    jonas.post(url(visit, "complete"), sent)
    assert not SessionNote.objects.exists()
    assert jonas.post(url(visit, "note/autosave"), sent).status_code == 404


def test_a_draft_that_nobody_wants_is_deleted_in_the_end(mira: Browser, visit: Appointment, house: House) -> None:
    draft = SessionNoteDraft.objects.create(appointment=visit, by=house.owner, parts={"plan": "x"})
    later = draft.at + dt.timedelta(days=SessionNoteDraft.KEPT_DAYS)
    assert forget_old_drafts(later - dt.timedelta(minutes=1)) == 0
    assert forget_old_drafts(later + dt.timedelta(minutes=1)) == 1


@pytest.mark.parametrize(
    "shown",
    [
        {"fields": {}, "contested": 5},
        {"fields": {}, "contested": [["plan"], {"a": 1}, "id"]},
        {"fields": [1], "contested": ["plan"]},
    ],
)
def test_what_no_page_of_ours_says_of_a_note_is_no_fault(mira: Browser, visit: Appointment, shown: object) -> None:
    sent = {**opened(mira, visit), "note_shown": [json.dumps(shown)], "subjective": ["neck is stiff"]}
    assert autosave(mira, visit, sent)["said"]
    assert note_of(visit).subjective == "neck is stiff"
