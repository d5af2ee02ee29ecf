"""Mail trouble at the desk: said on top, listed until somebody has dealt with it, noted in the file."""

import datetime as dt

from django.test import Client as Browser
from django.utils import timezone
from pytest_django.fixtures import Settings

from clinic.mail import channel
from clinic.models import MailChannel
from tests.fixtures.cast import House


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
