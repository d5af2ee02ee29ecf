"""An appointment that was cancelled or missed, at the desk: nothing is asked for it any more."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.utils import timezone

from booking.appointments.status import complete_appointment, mark_no_show
from booking.appointments.undo import undo_no_show
from booking.errors import NotPossible, SlotTaken
from booking.models import Appointment, AppointmentChange, PriceAdjustment, ReminderState, Status
from booking.payments.balances import balance_of
from clients.plans.actions import make_plan
from clinic.models import Practice
from tests.booking.desk.test_appointment import begun, html, in_pain, url
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast


def primary_buttons(page: str) -> list[str]:
    """The words on the buttons in ember, outside the frame of every page."""
    main = page.partition('<div class="session-head" id="session-head">')[2]
    found = re.findall(r'<(?:a|button) class="btn btn-primary[^>]*>([^<]+)', main)
    return [words.strip() for words in found]


@pytest.mark.parametrize(("who", "reason", "by_client"), [("client", "", True), ("practice", "Mira is ill", False)])
def test_who_cancelled_is_kept_and_only_the_practice_must_say_why(
    cast: Cast, desk: Browser, who: str, reason: str, by_client: bool
) -> None:
    appointment = cast.appointment(cast.at(10))
    assert desk.post(url(appointment, "cancel"), {"who": who, "reason": reason}).status_code == 302
    appointment.refresh_from_db()
    assert (appointment.status, appointment.cancelled_by_client) == (Status.CANCELLED, by_client)


@pytest.mark.parametrize("sent", [{"who": "practice", "reason": ""}, {"reason": "ill"}, {"who": "nobody"}])
def test_nothing_is_cancelled_before_it_is_said_by_whom_and_why(
    cast: Cast, desk: Browser, sent: dict[str, str]
) -> None:
    appointment = cast.appointment(cast.at(10))
    assert desk.post(url(appointment, "cancel"), sent).status_code == 422
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.NO_SHOW])
def test_an_appointment_that_fell_through_asks_for_nothing_but_another_time(
    cast: Cast, desk: Browser, status: Status
) -> None:
    intake = in_pain(cast)
    make_plan(intake, practice=Practice.current())
    appointment = begun(cast, status=Status.CONFIRMED)
    asked = html(desk, appointment)
    assert {"Complete and rebook", "Approve for the client"} <= set(primary_buttons(asked))
    assert "No consent in force" in asked
    Appointment.objects.filter(pk=appointment.pk).update(status=status)
    page = html(desk, appointment)
    assert primary_buttons(page) == ["Book another time"]
    assert f"/desk/book/?client={cast.ana.public_id}&amp;service=regular-60" in page
    assert "before you begin" not in page
    assert "speaks against" not in page


def test_a_note_on_an_appointment_that_fell_through_is_written_all_the_same(cast: Cast, desk: Browser) -> None:
    appointment = begun(cast, status=Status.NO_SHOW)
    assert "Write one all the same" in html(desk, appointment)
    assert desk.post(url(appointment, "note"), {"subjective": "Forgot the day.", "rebook_weeks": ""}).status_code == 302
    page = html(desk, appointment)
    assert "Forgot the day." in page
    assert "Write one all the same" not in page


@pytest.mark.parametrize("before", [Status.CONFIRMED, Status.COMPLETED])
def test_a_no_show_marked_by_mistake_is_undone_on_the_same_day(cast: Cast, desk: Browser, before: Status) -> None:
    appointment = begun(cast)
    if before == Status.COMPLETED:
        complete_appointment(appointment, by=cast.owner)
    assert desk.post(url(appointment, "no-show")).status_code == 302
    assert not appointment.reminders.filter(state=ReminderState.DUE).exists()
    assert "Undo the no-show" in html(desk, appointment)
    assert desk.post(url(appointment, "no-show"), {"undo": "1"}).status_code == 302
    appointment.refresh_from_db()
    last = appointment.changes.last()
    assert last is not None
    assert (appointment.status, last.before, last.reason) == (before, Status.NO_SHOW, "undone")
    # What follows a session that took place is owed again; what came before it would be too late.
    owed = set(appointment.reminders.filter(state=ReminderState.DUE).values_list("kind", flat=True))
    assert ("aftercare" in owed) == (before == Status.COMPLETED)


def test_a_no_show_of_yesterday_is_not_undone(cast: Cast, desk: Browser) -> None:
    appointment = begun(cast, status=Status.NO_SHOW)
    yesterday = timezone.now() - dt.timedelta(days=1)
    AppointmentChange.objects.create(
        appointment=appointment, what="status", before="confirmed", after="no-show", via="desk", at=yesterday
    )
    assert "Undo the no-show" not in html(desk, appointment)
    with pytest.raises(NotPossible):
        undo_no_show(appointment, by=cast.owner)


@pytest.mark.invariant("I1")
def test_a_no_show_whose_time_was_given_away_stays_one(cast: Cast) -> None:
    appointment = mark_no_show(begun(cast), by=cast.owner)
    cast.appointment(appointment.starts_at, client=cast.ben, room=cast.blue_room)
    with pytest.raises(SlotTaken):
        undo_no_show(appointment, by=cast.owner)


def test_the_fee_of_the_practice_is_offered_and_charged_by_a_person_only(cast: Cast, desk: Browser) -> None:
    Practice.objects.update(missed_fee_percent=50)
    appointment = mark_no_show(begun(cast), by=cast.owner)
    assert "No-show fee · €36" in html(desk, appointment)
    assert balance_of(appointment).outstanding == 0
    form = desk.get(url(appointment, "payment")).context["adjustment_form"]
    sent = {f"line-{name}": form[name].value() for name in ("key", "kind", "amount", "reason")}
    desk.post(url(appointment, "payment") + "line/", sent)
    assert balance_of(appointment).outstanding == 36
    assert "No-show fee ·" not in html(desk, appointment)
    # It goes with the no-show: the session costs its price again.
    desk.post(url(appointment, "no-show"), {"undo": "1"})
    assert balance_of(appointment).outstanding == appointment.price


@pytest.mark.parametrize(
    ("by_client", "hours", "fee"), [(True, 2, "Late cancellation fee"), (True, 48, ""), (False, 2, "")]
)
def test_a_fee_for_cancelling_is_offered_where_the_client_did_it_late(
    cast: Cast, desk: Browser, by_client: bool, hours: int, fee: str
) -> None:
    Practice.objects.update(missed_fee_percent=100)
    appointment = cast.appointment(cast.at(10))
    when = appointment.starts_at - dt.timedelta(hours=hours)
    rows = Appointment.objects.filter(pk=appointment.pk)
    rows.update(status=Status.CANCELLED, cancelled_by_client=by_client, changed_at=when)
    form = desk.get(url(appointment, "payment")).context["adjustment_form"]
    assert (form["reason"].value() or "", form.fee) == (fee, appointment.price if fee else Decimal(0))
    assert not PriceAdjustment.objects.exists()
