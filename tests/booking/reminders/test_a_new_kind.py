"""A new kind of mail is one module and its words: everything else asks the registry."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django.fixtures import Settings

from booking.models import Appointment, MessageText, Reminder, ReminderState, Status
from booking.reminders.context import MailContext
from booking.reminders.rules import ensure_default_rules
from booking.reminders.timing import AfterSession
from clients.models import Client
from clinic.mail.kinds import KINDS, register_kind
from clinic.models import MailState, OutgoingMail
from tests.fixtures.actions import schedule_aftercare
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders

pytestmark = pytest.mark.django_db
WORDS = """{% extends "emails/frames/letter.txt" %}
{% block subject %}How was your massage?{% endblock %}
{% block main %}{% paragraphs %}Tell us about {{ service }}: {{ opinion_url }}{% endparagraphs %}{% endblock %}
"""


class Opinion(AfterSession):
    """A week after the session: how was it?"""

    code, label = "opinion", "how was it?"
    minutes, useful_for = 7 * 24 * 60, dt.timedelta(days=3)

    def context(self, mail: MailContext) -> dict[str, Any]:
        """Where to say so."""
        return {"opinion_url": mail.links.appointment()}


@pytest.fixture(autouse=True)
def _opinion(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """The kind and its words, which exist in this test only."""
    (tmp_path / "emails").mkdir()
    (tmp_path / "emails" / f"{Opinion.code}.txt").write_text(WORDS)
    (templates,) = settings.TEMPLATES
    settings.TEMPLATES = [{**templates, "DIRS": [tmp_path, *templates["DIRS"]]}]
    register_kind(Opinion)
    yield
    del KINDS[Opinion.code]


@pytest.fixture
def owner(cast: Cast) -> Browser:
    """The owner's browser."""
    browser = Browser()
    browser.force_login(cast.owner)
    return browser


@pytest.fixture
def over(cast: Cast) -> Appointment:
    """A session that took place a week ago, for which everything is owed."""
    ensure_default_rules()
    over = cast.appointment(timezone.now() - dt.timedelta(days=7, hours=3), status=Status.COMPLETED)
    schedule_aftercare(over, now=over.ends_at)
    Reminder.objects.exclude(kind=Opinion.code).delete()
    return over


def test_it_is_owed_by_its_usual_rule_and_becomes_a_mail_when_due(over: Appointment) -> None:
    reminder = over.reminders.get()
    assert reminder.not_after - reminder.due_at == Opinion.useful_for
    assert abs(reminder.due_at - over.ends_at - dt.timedelta(days=7)) < dt.timedelta(days=1), "or the next morning"
    Reminder.objects.update(due_at=timezone.now(), not_after=timezone.now() + Opinion.useful_for)
    assert sweep_reminders() == 1
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.subject, mail.get_kind_display()) == ("opinion", "How was your massage?", "how was it?")
    assert re.search(r"Tell us about .+: http\S+/appointment/\S{43}/", mail.text)


def test_what_stops_its_family_stops_it_before_and_after_it_was_written(over: Appointment) -> None:
    Reminder.objects.update(due_at=timezone.now(), not_after=timezone.now() + Opinion.useful_for)
    sweep_reminders()
    Client.objects.update(tips_wanted=False)
    sweep_reminders()
    assert OutgoingMail.objects.get().state == MailState.WITHDRAWN
    Reminder.objects.update(state=ReminderState.DUE, mail=None)
    assert sweep_reminders() == 0
    assert Reminder.objects.get().skip_reason == "The client wants no tips."


def test_the_practice_words_it_looks_at_it_and_sends_it_to_itself(owner: Browser) -> None:
    page = owner.get("/admin/booking/messagetext/add/").content.decode()
    assert '<option value="opinion">how was it?</option>' in page
    text = MessageText.objects.create(kind=Opinion.code, opening="Dear {first_name}")
    assert "Dear Alex" in owner.get(f"/admin/booking/messagetext/{text.pk}/preview/").content.decode()
    owner.post(f"/admin/booking/messagetext/{text.pk}/send/")
    assert "Dear Alex" in OutgoingMail.objects.get().text


def test_the_admin_and_the_desk_list_it(owner: Browser, over: Appointment) -> None:
    for page in ("/admin/booking/reminderrule/add/", "/admin/booking/reminder/", "/desk/messages/"):
        assert "how was it?" in owner.get(page).content.decode(), page
    over.reminders.update(state=ReminderState.SKIPPED, skip_reason="for a reason", settled_at=timezone.now())
    page = owner.get("/desk/messages/?state=not-sent&kind=opinion").content.decode()
    assert "for a reason" in page


def test_two_kinds_cannot_share_a_code() -> None:
    with pytest.raises(ValueError, match="opinion"):
        register_kind(Opinion)


def test_each_kind_has_its_words_and_no_other_words_stand_there() -> None:
    emails = settings.BASE_DIR / "templates" / "emails"
    assert {path.stem for path in emails.glob("*.txt")} == set(KINDS) - {Opinion.code}
