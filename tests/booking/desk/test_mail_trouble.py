"""Mail trouble at the desk: said on top, listed until somebody has dealt with it, noted in the file."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.utils import timezone
from pytest_django.fixtures import Settings

from booking.models import Reminder
from clinic.mail import channel
from clinic.models import MailChannel, MailKind, MailState
from tests.booking.desk.test_others import mail
from tests.fixtures.cast import House

MONTH_AGO = timezone.now() - dt.timedelta(days=30)


def on_top(desk: Browser, page: str = "/desk/") -> str:
    """What the desk says on top of a page."""
    return " ".join(desk.get(page).context["banners"])


def test_a_mail_server_that_does_not_answer_is_said_on_top_once_it_lasts(house: House, desk: Browser) -> None:
    channel.note_down("gaierror: Name or service not known")
    assert "has not answered" not in on_top(desk)
    MailChannel.objects.update(down_since=timezone.now() - dt.timedelta(minutes=11))
    for page in ("/desk/", "/desk/messages/", "/desk/data/"):
        assert "has not answered since" in on_top(desk, page)
    assert "Name or service not known" in on_top(desk)


def test_mails_that_become_files_are_said_on_top_but_not_where_somebody_only_tries_it(
    house: House, desk: Browser, settings: Settings
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
def test_an_old_mail_in_fresh_trouble_stands_first(house: House, desk: Browser, trouble: dict[str, object]) -> None:
    late = mail(created_at=MONTH_AGO, **trouble)
    mail(state=MailState.RETRYING, attempts=4)
    assert desk.get("/desk/messages/").context["lines"][0].mail == late
    lines = desk.get("/desk/messages/", {"state": "needs-you"}).context["lines"]
    assert [line.mail for line in lines] == [late]
    if late.settled_at:
        assert lines[0].at == late.settled_at, "when it failed, not when it was written"


def test_a_message_that_could_not_be_written_needs_somebody_while_it_is_of_use(house: House, desk: Browser) -> None:
    visit = house.visit(house.at(10))
    reminder = Reminder.objects.create(
        appointment=visit,
        kind=MailKind.REMINDER_24,
        revision=0,
        due_at=timezone.now(),
        not_after=visit.starts_at,
        state="skipped",
        why="Could not be written: KeyError",
    )
    mail()
    for query in ({}, {"state": "needs-you"}, {"q": "lind"}):
        line = desk.get("/desk/messages/", query).context["lines"][0]
        assert (line.visit, line.tone) == (visit, "stop")
    assert all(line.mail for line in desk.get("/desk/messages/", {"q": "haas"}).context["lines"])
    Reminder.objects.filter(pk=reminder.pk).update(not_after=timezone.now())
    assert all(line.mail for line in desk.get("/desk/messages/").context["lines"])
