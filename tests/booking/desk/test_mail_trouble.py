"""Mail trouble at the desk: said on top, listed until somebody has dealt with it, noted in the file."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from booking.models import Appointment, Reminder
from booking.reminders.sweep import flag_refused_addresses
from clients.models import Client
from clinic.mail import delivery_status
from clinic.mail.outcomes import problem_of
from clinic.models import AccessEvent, DeliveryStatus, MailState, OutgoingMail
from tests.booking.desk.test_booking import form
from tests.booking.desk.test_clients_time_off_messages import mail
from tests.fixtures.browser import Browser, flat
from tests.fixtures.cast import Cast

MONTH_AGO = timezone.now() - dt.timedelta(days=30)


def on_top(desk: Browser, page: str = "/desk/") -> str:
    """What the desk says on top of a page."""
    return " ".join(str(banner) for banner in desk.get(page).context["banners"])


def test_a_mail_server_that_does_not_answer_is_said_on_top_once_it_lasts(cast: Cast, desk: Browser) -> None:
    delivery_status.note_unreachable("Name or service not known")
    assert "has not answered" not in on_top(desk)
    DeliveryStatus.objects.update(down_since=timezone.now() - dt.timedelta(minutes=11))
    for page in ("/desk/", "/desk/messages/", "/desk/data/"):
        assert "has not answered since" in on_top(desk, page)
    assert "Name or service not known" not in on_top(desk)
    assert "<p>Name or service not known</p></details>" in flat(desk.get("/desk/"))


def test_mails_that_become_files_are_said_on_top_but_not_where_somebody_only_tries_it(
    cast: Cast, desk: Browser, settings: Settings
) -> None:
    assert "written to files" not in on_top(desk)
    settings.SITE_URL = "https://massage.example.org"
    assert "written to files" in on_top(desk)
    settings.EMAIL_URL = "smtps://mail.example.org"
    assert "written to files" not in on_top(desk)


@pytest.mark.parametrize(
    "trouble",
    [
        {"state": MailState.FAILED, "settled_at": timezone.now()},
        {"state": MailState.RETRYING, "attempts": 5, "reply": "452 Mailbox full"},
    ],
    ids=["failed late", "does not get through"],
)
def test_an_old_mail_in_fresh_trouble_stands_first(cast: Cast, desk: Browser, trouble: dict[str, object]) -> None:
    late = mail("ana@example.org", created_at=MONTH_AGO, **trouble)
    mail(state=MailState.RETRYING, attempts=4)
    assert desk.get("/desk/messages/").context["lines"][0].mail == late
    lines = desk.get("/desk/messages/", {"state": "needs-you"}).context["lines"]
    assert [line.mail for line in lines] == [late]
    if late.settled_at:
        assert lines[0].at == late.settled_at, "when it failed, not when it was written"


def test_whoever_has_dealt_with_a_mail_says_so_once_and_it_needs_nobody_more(cast: Cast, desk: Browser) -> None:
    row = mail(state=MailState.FAILED, settled_at=timezone.now())
    page = f"/desk/messages/{row.public_id}/"
    assert "I have dealt with it" in flat(desk.get(page))
    for person in (cast.mira.user, cast.owner):
        desk.force_login(person)  # type: ignore[arg-type] # the cast gives everyone a sign-in
        assert desk.post(f"{page}seen/").status_code == 302
    row.refresh_from_db()
    assert row.acknowledged_by == cast.mira.user
    assert not desk.get("/desk/messages/", {"state": "needs-you"}).context["lines"]
    shown = flat(desk.get(page))
    assert "has dealt with it" in shown
    assert "I have dealt with it" not in shown
    assert OutgoingMail.objects.count() == 1


def test_a_mail_that_is_well_is_not_dealt_with(cast: Cast, desk: Browser) -> None:
    row = mail()
    assert "I have dealt with it" not in flat(desk.get(f"/desk/messages/{row.public_id}/"))
    desk.post(f"/desk/messages/{row.public_id}/seen/")
    row.refresh_from_db()
    assert row.acknowledged_at is None


def test_a_message_that_could_not_be_written_needs_somebody_while_it_is_of_use(cast: Cast, desk: Browser) -> None:
    appointment = cast.appointment(cast.at(10))
    reminder = Reminder.objects.create(
        appointment=appointment,
        kind="reminder-24h",
        revision=0,
        due_at=timezone.now(),
        not_after=appointment.starts_at,
        state="skipped",
        skip_reason="Could not be written: KeyError",
    )
    mail()
    for query in ({}, {"state": "needs-you"}, {"q": "lind"}):
        line = desk.get("/desk/messages/", query).context["lines"][0]
        assert (line.appointment, line.tone) == (appointment, "stop")
    assert all(line.mail for line in desk.get("/desk/messages/", {"q": "haas"}).context["lines"])
    Reminder.objects.filter(pk=reminder.pk).update(not_after=timezone.now())
    assert all(line.mail for line in desk.get("/desk/messages/").context["lines"])


@pytest.mark.parametrize("where", ["file", "message"])
def test_a_mail_that_came_back_is_noted_as_a_refusal_is_and_seen_before_the_appointment(
    cast: Cast, desk: Browser, where: str
) -> None:
    appointment, row = cast.appointment(cast.at(10)), mail(to="ANA@example.org")
    child = Client.objects.create(first_name="Mia", last_name="Lind", email="ana@example.org")
    pages = {"file": f"/desk/clients/{cast.ana.public_id}/", "message": f"/desk/messages/{row.public_id}/"}
    assert f"{pages[where]}came-back/" in flat(desk.get(pages[where]))
    assert desk.post(f"{pages[where]}came-back/").status_code == 302
    day = appointment.starts_at.astimezone(cast.zone).date()
    assert "Mail does not arrive" in flat(desk.get(f"/desk/?day={day}"))
    for page in (f"/desk/appointments/{appointment.public_id}/", pages["file"]):
        assert "does not arrive: it came back" in flat(desk.get(page))
    noted = AccessEvent.objects.filter(noun="client", action="change").values_list("client", flat=True)
    assert set(noted) == {cast.ana.public_id, child.public_id}, "a family shares the address"
    desk.post(f"{pages['file']}arrives/")
    assert not Client.objects.exclude(email_error="").exists()


def test_a_mail_to_an_address_that_no_file_has_any_more_marks_nobody(cast: Cast, desk: Browser) -> None:
    row = mail(to="old@example.org")
    page = f"/desk/messages/{row.public_id}/"
    assert "came-back" not in flat(desk.get(page))
    assert "No file has this address" in flat(desk.post(f"{page}came-back/", follow=True))
    assert not Client.objects.exclude(email_error="").exists()


def test_without_an_address_nothing_says_that_a_mail_goes_out(cast: Cast, desk: Browser) -> None:
    Client.objects.filter(pk=cast.ana.pk).update(email="")
    booked = desk.post("/desk/book/", form(cast), follow=True)
    page = flat(booked)
    assert "please tell them yourself" in page
    assert "No e-mail address on file." in page
    for promise in ("goes out", "The link is in the confirmation"):
        assert promise not in page
    appointment = Appointment.objects.get()
    sent = {"therapist": str(cast.mira.public_id), "day": cast.day().isoformat(), "time": "14:00"}
    for action, typed in (("move", sent), ("cancel", {"who": "practice", "reason": "ill"})):
        said = flat(desk.post(f"/desk/appointments/{appointment.public_id}/{action}/", typed, follow=True))
        assert "please tell them yourself" in said
        assert "The client is told." not in said


def test_the_history_of_an_appointment_is_told_on_the_practices_clock(cast: Cast, desk: Browser) -> None:
    desk.post("/desk/book/", form(cast))
    page = flat(desk.get(f"/desk/appointments/{Appointment.objects.get().public_id}/"))
    assert f"booked {cast.day():%-d %b %Y}, 10:00" in page


TROUBLES: list[tuple[dict[str, Any], str]] = [
    ({"state": MailState.RETRYING, "reply": "Connection refused"}, "The mail server could not be reached."),
    ({"state": MailState.RETRYING, "reply": "451 4.7.1 Greylisted"}, "The mail server asks to try later."),
    ({"state": MailState.RETRYING, "reply": "timed out", "maybe_duplicate": True}, "while it was handed over."),
    ({"state": MailState.FAILED, "reply": "550 5.1.1 No such user"}, "There is no such mailbox."),
    ({"state": MailState.FAILED, "reply": "550 5.7.1 Blocked by policy"}, "does not take this mail from us."),
    ({"state": MailState.FAILED, "reply": "552 5.2.2 Over quota"}, "The mailbox is full."),
    ({"state": MailState.FAILED, "reply": "554 Spam"}, "The mail server refuses this mail."),
    ({"state": MailState.FAILED, "reply": "cannot be built: KeyError"}, "Something is wrong with this mail itself"),
    (
        {"state": MailState.UNCERTAIN, "reply": "no answer after the body: timed out"},
        "nobody knows whether it arrived.",
    ),
]


@pytest.mark.parametrize(("what", "plain"), TROUBLES, ids=[what["reply"] for what, _plain in TROUBLES])
def test_trouble_is_said_in_plain_words_and_the_servers_own_are_small_print(
    cast: Cast, desk: Browser, what: dict[str, Any], plain: str
) -> None:
    row = mail(settled_at=timezone.now(), **what)
    listed = flat(desk.get("/desk/messages/"))
    assert plain in listed
    assert what["reply"] not in listed
    page = flat(desk.get(f"/desk/messages/{row.public_id}/"))
    assert page.index(plain) < page.index("What the mail server said") < page.index(what["reply"])


def test_a_mail_that_came_too_late_says_so_and_why_where_it_was_tried(cast: Cast, desk: Browser) -> None:
    past = timezone.now() - dt.timedelta(hours=1)
    late: dict[str, Any] = {"state": MailState.FAILED, "not_after": past, "settled_at": timezone.now()}
    tried = mail(reply="Not sent in time. 452 4.2.2 Full", attempts=3, **late)
    waited = mail(reply="Not sent in time.", **late)
    assert problem_of(tried) == "It could not go out in time: the mailbox is full."
    assert problem_of(waited) == "It could not go out in time."
    assert problem_of(mail(state=MailState.WITHDRAWN, reply="The appointment is off.")) == "The appointment is off."


def test_why_a_refused_address_does_not_work_is_noted_in_plain_words(cast: Cast, desk: Browser) -> None:
    mail("ana@example.org", state=MailState.FAILED, address_refused=True, reply="550 5.1.1 <ana@example.org>: unknown")
    flag_refused_addresses()
    page = flat(desk.get(f"/desk/clients/{cast.ana.public_id}/"))
    assert "Mail to ana@example.org does not arrive: there is no such mailbox" in page
