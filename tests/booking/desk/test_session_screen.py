"""The session screen: arrived, pain at a tap, the note's helpers, and the sheet that closes the session."""

import datetime as dt
import re
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.appointments.next_appointment import interval_in_weeks, nearest_starts, next_offer
from booking.appointments.session_notes import NoteText, sign_note
from booking.demo.practice import PASSWORD
from booking.models import Appointment, AppointmentChange, Payment, QuickPhrase, SessionNote, Status, Therapist
from booking.payments.actions import record_payment
from clients.models import BodyMark, Intake, PainScore
from clients.plans.actions import make_plan
from clinic.models import Practice, User
from tests.booking.desk.test_appointment import begun, html, in_pain, url
from tests.fixtures.actions import save_note
from tests.fixtures.browser import Browser, flat
from tests.fixtures.cast import Cast
from tests.fixtures.forms import Sent, filled

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def mira(cast: Cast) -> Browser:
    """Mira at the desk."""
    browser = Browser()
    browser.force_login(cast.mira.user)  # type: ignore[arg-type] # she has one
    return browser


def opened(browser: Browser, appointment: Appointment) -> Sent:
    """The page of an appointment, as it would be sent with nothing touched."""
    return filled(browser.get(url(appointment)), "appointment-form")


# -- Arrived ---------------------------------------------------------------------------------------------------------


def test_an_arrival_is_a_stamp_that_can_be_taken_back(cast: Cast, desk: Browser) -> None:
    appointment = begun(cast)
    desk.post(url(appointment, "arrived"))
    appointment.refresh_from_db()
    assert (appointment.status, appointment.has_arrived) == (Status.CONFIRMED, True)
    first = appointment.arrived_at
    desk.post(url(appointment, "arrived"))
    appointment.refresh_from_db()
    assert appointment.arrived_at == first
    desk.post(url(appointment, "arrived"), {"undo": "1"})
    appointment.refresh_from_db()
    assert appointment.arrived_at is None
    assert appointment.changes.filter(what=AppointmentChange.What.ARRIVED).count() == 2


def test_nobody_has_arrived_for_another_day_or_for_what_is_settled(cast: Cast, desk: Browser) -> None:
    later = cast.appointment(cast.at(10, ahead=3))
    settled = begun(cast, client=cast.ben, therapist=cast.jonas, room=cast.blue_room, status=Status.NO_SHOW)
    for appointment in (later, settled):
        desk.post(url(appointment, "arrived"))
        appointment.refresh_from_db()
        assert appointment.arrived_at is None


def test_an_arrival_before_a_move_to_another_day_counts_no_more(cast: Cast) -> None:
    appointment = begun(cast)
    appointment.arrived_at = timezone.now()
    assert appointment.has_arrived
    appointment.starts_at += dt.timedelta(days=1)
    assert not appointment.has_arrived


# -- Pain ------------------------------------------------------------------------------------------------------------


def test_a_tap_keeps_the_pain_before_by_complaint_and_the_newest_counts(cast: Cast, desk: Browser) -> None:
    appointment = begun(cast)
    BodyMark.objects.create(intake=in_pain(cast), area="lower-back", side="both")
    for number in ("7", "5"):
        desk.post(url(appointment, "pain"), {"before-neck": number})
    desk.post(url(appointment, "pain"), {"before-lower-back": "3", "before-nowhere": "4", "after-neck": "11"})
    scores = PainScore.objects.filter(appointment=appointment.public_id, client=cast.ana)
    assert set(scores.values_list("complaint", "moment", "value")) == {
        ("neck", "before", Decimal(5)),
        ("lower-back", "before", Decimal(3)),
    }
    assert opened(desk, appointment)["before-neck"] == ["5"]


def test_htmx_is_told_that_the_number_is_kept(cast: Cast, desk: Browser) -> None:
    appointment = begun(cast)
    told = desk.post(url(appointment, "pain"), {"before-": "4"}, headers={"HX-Request": "true"})
    assert (told.status_code, b"<" in told.content) == (200, False)
    assert PainScore.objects.get().value == 4


def test_the_numbers_of_last_time_stand_beside(cast: Cast, desk: Browser) -> None:
    in_pain(cast)
    last = cast.appointment(cast.at(10, ahead=-14), status=Status.COMPLETED)
    for moment, value in (("before", 7), ("after", 4), ("later", 5)):
        PainScore.objects.create(
            client=cast.ana, appointment=last.public_id, complaint="neck", moment=moment, value=value
        )
    assert "7 → 4, 5" in html(desk, begun(cast))


def test_pain_is_for_those_who_read_health(cast: Cast) -> None:
    front = Browser()
    front.force_login(User.objects.create_user("front@stillwater.example", PASSWORD, name="Front", is_staff=True))
    appointment = begun(cast)
    assert front.post(url(appointment, "pain"), {"before-": "4"}).status_code == 404
    assert not PainScore.objects.exists()


# -- The note --------------------------------------------------------------------------------------------------------


def test_a_note_that_is_signed_first_says_what_is_still_open(cast: Cast, mira: Browser) -> None:
    in_pain(cast)
    appointment = begun(cast)
    mira.post(url(appointment, "note"), {**opened(mira, appointment), "plan": "rest", "sign": "1"})
    assert "Still open: pain after, payment, next appointment." in html(mira, appointment)
    PainScore.objects.create(
        client=cast.ana, appointment=appointment.public_id, complaint="neck", moment="after", value=2
    )
    record_payment(appointment, amount=appointment.price, method="cash", by=cast.owner)
    assert "Still open: next appointment." in html(mira, appointment)
    mira.post(url(appointment, "complete"))
    assert "Still open" not in html(mira, appointment)


def test_moving_and_cancelling_stand_in_the_bar_before_and_no_show_until_somebody_arrived(
    cast: Cast, desk: Browser
) -> None:
    def bar(appointment: Appointment) -> str:
        return html(desk, appointment).partition('id="session-bar"')[2].partition('class="session-more"')[0]

    ahead, now = cast.appointment(cast.at(10)), begun(cast, client=cast.ben)
    assert [word in bar(ahead) for word in (url(ahead, "move"), 'href="#cancel"', "No-show")] == [True, True, False]
    assert [word in bar(now) for word in (url(now, "move"), 'href="#cancel"', "No-show")] == [False, False, True]
    desk.post(url(now, "arrived"))
    assert "No-show" not in bar(now)


def test_what_was_worked_on_is_kept_with_the_note_and_read_in_words(cast: Cast, mira: Browser) -> None:
    appointment = begun(cast)
    sent = {**opened(mira, appointment), "worked_on": ["shoulder:left", "neck:both"], "plan": ["rest"]}
    mira.post(url(appointment, "note"), {**sent, "sign": "1"})
    assert SessionNote.objects.get().worked_on == "neck:both shoulder:left"
    page = html(mira, appointment)
    assert "Shoulder (left)" in page
    assert "Neck (both sides)" in page


def test_a_place_can_be_taken_back_and_two_who_mark_see_both(cast: Cast, mira: Browser) -> None:
    appointment = begun(cast)
    sent = opened(mira, appointment)
    mira.post(url(appointment, "note"), {**sent, "worked_on": ["neck:left"]})
    refused = mira.post(url(appointment, "note"), {**sent, "worked_on": ["calf-shin:left"]})
    assert refused.status_code == 409
    assert "Neck (left)" in flat(refused)
    sent = filled(refused, "appointment-form")
    assert sent["worked_on"] == ["calf-shin:left"]
    mira.post(url(appointment, "note"), sent)
    assert SessionNote.objects.get().worked_on == "calf-shin:left"
    sent = opened(mira, appointment)
    del sent["worked_on"]
    mira.post(url(appointment, "note"), sent)
    assert SessionNote.objects.get().worked_on == ""


def test_what_the_client_marked_stands_beside_what_was_worked_on_and_is_not_ticked(cast: Cast, mira: Browser) -> None:
    appointment = begun(cast)
    intake = Intake.objects.create(client=cast.ana, catalogue_version="1", triage="ok")
    BodyMark.objects.create(intake=intake, area="neck", side="left")
    shown = html(mira, appointment)
    tag = next(each for each in shown.split("<input") if 'value="neck:left"' in each).partition(">")[0]
    assert "data-named" in tag
    assert " checked" not in tag
    assert shown.count("data-named") == 1
    assert "The client marked: Neck (left)" in shown
    mira.post(url(appointment, "note"), opened(mira, appointment))
    note = SessionNote.objects.filter(appointment=appointment).first()
    assert note is None or note.worked_on == ""


def test_signing_for_a_colleague_keeps_what_they_worked_on(cast: Cast, desk: Browser) -> None:
    appointment = begun(cast)
    Therapist.objects.filter(pk=cast.mira.pk).update(user=User.objects.get(email="mira@stillwater.example"))
    save_note(appointment, text=NoteText(plan="rest", worked_on="neck:left"))
    desk.post(url(appointment, "note/sign"), {"sign-reason": "Mira has left the practice"})
    note = SessionNote.objects.get()
    assert (note.is_locked, note.worked_on) == (True, "neck:left")


def test_the_last_note_is_copied_where_nothing_is_written(cast: Cast, mira: Browser) -> None:
    save_note(
        cast.appointment(cast.at(10, ahead=-14), status=Status.COMPLETED),
        text=NoteText(objective="left side tight", plan="heat"),
    )
    appointment = begun(cast)
    mira.post(url(appointment, "note/copy"), {**opened(mira, appointment), "plan": ["walk daily"]})
    note = SessionNote.objects.get(appointment=appointment)
    assert (note.objective, note.plan) == ("left side tight", "walk daily")


def test_the_phrases_of_the_practice_are_offered(cast: Cast, mira: Browser) -> None:
    QuickPhrase.objects.create(part="plan", text="Again after the marathon.")
    assert "Again after the marathon." in html(mira, begun(cast))


# -- The next appointment --------------------------------------------------------------------------------------------


def test_the_nearest_times_by_day_and_clock_come_first() -> None:
    wanted = dt.datetime(2026, 12, 14, 10, 30, tzinfo=BERLIN)
    hours = [(14, 9, 0), (14, 10, 45), (14, 11, 30), (15, 10, 30), (13, 14, 0), (14, 10, 30)]
    free = [dt.datetime(2026, 12, day, hour, minute, tzinfo=BERLIN) for day, hour, minute in hours]
    found = [(each.day, each.hour, each.minute) for each in nearest_starts(free, wanted, BERLIN)]
    assert found == [(14, 10, 30), (14, 11, 30), (14, 9, 0)]


def test_the_interval_is_that_of_the_note_else_of_the_note_before(cast: Cast) -> None:
    appointment = begun(cast)
    assert interval_in_weeks(appointment) == 2
    before = save_note(cast.appointment(cast.at(10, ahead=-14)), text=NoteText(plan="x", rebook_weeks=5))
    assert interval_in_weeks(appointment) == 5
    assert interval_in_weeks(appointment, SessionNote(rebook_weeks=3)) == 3
    assert before.rebook_weeks == 5


def test_what_is_offered_is_free_and_of_the_same_therapist(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10, ahead=-7), status=Status.COMPLETED)
    offer = next_offer(appointment, 2, Practice.current())
    assert offer.is_exact
    assert offer.best == cast.at(10, ahead=7)
    cast.appointment(cast.at(10, ahead=7), client=cast.ben)
    offer = next_offer(appointment, 2, Practice.current())
    assert offer.starts
    assert not offer.is_exact


def test_a_time_at_which_the_client_is_elsewhere_is_not_offered(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10, ahead=-7), status=Status.COMPLETED)
    cast.appointment(cast.at(10, ahead=7), therapist=cast.jonas, room=cast.blue_room)
    assert cast.at(10, ahead=7) not in next_offer(appointment, 2, Practice.current()).starts


def test_another_interval_gives_other_times(cast: Cast, mira: Browser) -> None:
    appointment = begun(cast)
    page = mira.get(url(appointment, "next-times"), {"rebook_weeks": "4"})
    found = re.search(r'name="next-start"[^>]*value="([^"]+)"', flat(page))
    assert found is not None
    day = dt.datetime.fromisoformat(found[1]).date()
    assert abs((day - timezone.localdate(appointment.starts_at + dt.timedelta(weeks=4))).days) <= 7


# -- The sheet that closes the session --------------------------------------------------------------------------------


def test_one_button_signs_completes_takes_the_money_and_rebooks(cast: Cast, mira: Browser) -> None:
    in_pain(cast)
    appointment = begun(cast)
    sent = {**opened(mira, appointment), "plan": ["rest"], "next-sign": "on", "after-neck": "2", "pay-method": "card"}
    assert mira.post(url(appointment, "finish"), sent).status_code == 302
    appointment.refresh_from_db()
    booked = Appointment.objects.get(client=cast.ana, starts_at__gt=timezone.now())
    assert (appointment.status, SessionNote.objects.get().is_locked) == (Status.COMPLETED, True)
    assert PainScore.objects.get(moment="after").value == 2
    assert (Payment.objects.get().amount, Payment.objects.get().method) == (appointment.price, "card")
    assert (booked.status, booked.therapist, booked.service) == (Status.CONFIRMED, cast.mira, cast.regular)
    assert (
        booked.starts_at.isoformat() == dt.datetime.fromisoformat(sent["next-start"][0]).astimezone(dt.UTC).isoformat()
    )


@pytest.mark.invariant("I4")
def test_the_sheet_sent_twice_books_and_takes_once(cast: Cast, mira: Browser) -> None:
    in_pain(cast)
    appointment = begun(cast)
    sent = {**opened(mira, appointment), "plan": ["rest"], "next-sign": "on", "pay-method": "cash"}
    for _time in (1, 2):
        assert mira.post(url(appointment, "finish"), sent).status_code == 302
    assert Appointment.objects.filter(client=cast.ana).count() == 2
    assert Payment.objects.count() == 1


@pytest.mark.invariant("I11")
def test_a_time_that_was_taken_meanwhile_leaves_everything_as_it_was_typed(cast: Cast, mira: Browser) -> None:
    in_pain(cast)
    appointment = begun(cast)
    sent = {**opened(mira, appointment), "plan": ["rest"], "next-sign": "on", "pay-method": "cash"}
    cast.appointment(dt.datetime.fromisoformat(sent["next-start"][0]), client=cast.ben)
    refused = mira.post(url(appointment, "finish"), sent)
    assert refused.status_code == 409
    appointment.refresh_from_db()
    assert (appointment.status, Payment.objects.count()) == (Status.CONFIRMED, 0)
    note = SessionNote.objects.get()
    assert (note.plan, note.is_locked) == ("rest", False)
    again = filled(refused, "appointment-form")
    assert again["pay-method"] == ["cash"]
    assert again["plan"] == ["rest"]


def test_a_voucher_without_its_number_changes_nothing(cast: Cast, mira: Browser) -> None:
    in_pain(cast)
    appointment = begun(cast)
    sent = {**opened(mira, appointment), "plan": ["rest"], "pay-method": "voucher"}
    refused = mira.post(url(appointment, "finish"), sent)
    assert refused.status_code == 409
    assert filled(refused, "appointment-form")["next-start"] == sent["next-start"]
    appointment.refresh_from_db()
    assert (appointment.status, Payment.objects.count(), Appointment.objects.count()) == (Status.CONFIRMED, 0, 1)


def test_an_empty_note_is_left_open_and_the_rest_is_done(cast: Cast, mira: Browser) -> None:
    appointment = begun(cast)
    sent = {**opened(mira, appointment), "next-sign": "on", "next-start": ""}
    mira.post(url(appointment, "finish"), sent)
    appointment.refresh_from_db()
    assert appointment.status == Status.COMPLETED
    assert not SessionNote.objects.filter(signed_at__isnull=False).exists()


def test_without_answers_on_file_nothing_is_rebooked_unasked(cast: Cast, mira: Browser) -> None:
    appointment = begun(cast)
    refused = mira.post(url(appointment, "finish"), {**opened(mira, appointment), "plan": ["rest"]})
    assert refused.status_code == 409
    assert Appointment.objects.count() == 1


def test_what_was_shown_is_what_is_rebooked(cast: Cast, mira: Browser) -> None:
    in_pain(cast)
    appointment = begun(cast)
    sent = {**opened(mira, appointment), "plan": ["rest"]}
    cast.regular.price += 10
    cast.regular.save()
    assert mira.post(url(appointment, "finish"), sent).status_code == 409
    assert Appointment.objects.count() == 1


def test_a_session_that_has_not_begun_is_not_closed(cast: Cast, mira: Browser) -> None:
    in_pain(cast)
    appointment = cast.appointment(cast.at(10))
    assert mira.post(url(appointment, "finish"), {"next-start": ""}).status_code == 409
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED


def test_a_colleague_signs_and_takes_nothing_by_the_sheet(cast: Cast) -> None:
    jonas = Browser()
    jonas.force_login(cast.jonas.user)  # type: ignore[arg-type] # he has one
    appointment = begun(cast)
    save_note(appointment, text=NoteText(plan="rest"))
    jonas.post(url(appointment, "finish"), {"next-sign": "on", "pay-method": "cash", "pay-amount": "72", "plan": "x"})
    assert not SessionNote.objects.filter(signed_at__isnull=False).exists()
    assert not Payment.objects.exists()


def test_a_signed_note_stays_as_it_is_when_the_session_is_closed(cast: Cast, mira: Browser) -> None:
    appointment = begun(cast)
    sign_note(appointment, text=NoteText(plan="rest"), by=cast.mira.user)  # type: ignore[arg-type] # she has one
    sent = {**opened(mira, appointment), "plan": ["more"], "next-sign": "on", "next-start": ""}
    assert mira.post(url(appointment, "finish"), sent).status_code == 302
    assert SessionNote.objects.get().plan == "rest"


def test_what_is_booked_already_is_named_and_nothing_more_is_proposed(cast: Cast, mira: Browser) -> None:
    in_pain(cast)
    cast.appointment(cast.at(10, ahead=9))
    page = mira.get(url(begun(cast)))
    assert "next-start" not in filled(page, "appointment-form")
    assert "Booked already" in flat(page)


def test_a_session_of_weeks_ago_proposes_nothing(cast: Cast, mira: Browser) -> None:
    in_pain(cast)
    page = mira.get(url(cast.appointment(cast.at(10, ahead=-30), status=Status.COMPLETED)))
    assert "next-start" not in filled(page, "appointment-form")


def test_the_front_desk_completes_and_rebooks_without_reading_health(cast: Cast) -> None:
    front = Browser()
    front.force_login(User.objects.create_user("front@stillwater.example", PASSWORD, name="Front", is_staff=True))
    in_pain(cast, conditions=["varicose-veins"])
    appointment = begun(cast)
    save_note(appointment, text=NoteText(plan="rest"))
    sent = opened(front, appointment)
    assert not [name for name in sent if name.startswith(("before-", "after-")) or name == "plan"]
    assert front.post(url(appointment, "finish"), {**sent, "next-sign": "on", "after-neck": "3"}).status_code == 302
    appointment.refresh_from_db()
    assert (appointment.status, Appointment.objects.count()) == (Status.COMPLETED, 2)
    assert not SessionNote.objects.filter(signed_at__isnull=False).exists()
    assert not PainScore.objects.exists()


def test_the_whole_screen_costs_a_bounded_number_of_queries(cast: Cast, mira: Browser) -> None:
    for days in (14, 28, 42):
        earlier = cast.appointment(cast.at(10, ahead=-days), status=Status.COMPLETED)
        save_note(earlier, text=NoteText(plan="heat"))
        PainScore.objects.create(client=cast.ana, appointment=earlier.public_id, moment="before", value=5)
    appointment = begun(cast)
    make_plan(
        in_pain(cast), technique_slug="regular-massage", appointment=appointment.public_id, practice=Practice.current()
    )
    html(mira, appointment)
    with CaptureQueriesContext(connection) as queries:
        html(mira, appointment)
    # Some fifteen parts of the screen ask for what they show, each once, however long the client has been coming.
    assert len(queries) <= 50
