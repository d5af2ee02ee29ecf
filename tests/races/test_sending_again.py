"""Two clicks on "Send again" at the same moment write one copy, and only the lock makes it so."""

from typing import Any

import pytest
from django.db import connections

from booking.reminders import resend
from booking.reminders.resend import resend_mail
from clinic.mail import ledger
from clinic.models import MailState, OutgoingMail
from tests.races.test_guards import WHERE_THEY_CANNOT, WHERE_THEY_MEET, meeting_of_two, together

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.sql]


def two_clicks(monkeypatch: pytest.MonkeyPatch, wait: float) -> list[OutgoingMail]:
    """What two people get who ask at once; ``wait`` as in ``meeting_of_two``."""
    mail = ledger.queue_mail(kind="staff", to="mira@example.org", subject="s", text="t")
    OutgoingMail.objects.update(state=MailState.FAILED)
    meet, look = meeting_of_two(wait), resend.current_recipient
    got: list[OutgoingMail] = []

    def look_and_wait(first: OutgoingMail) -> tuple[str, str]:
        found = look(first)
        meet()
        return found

    def click() -> None:
        try:
            got.append(resend_mail(mail))
        finally:
            connections.close_all()

    monkeypatch.setattr(resend, "current_recipient", look_and_wait)
    together([click, click])
    return got


def test_without_the_lock_two_copies_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""

    def read_only(mail: Any) -> OutgoingMail:
        return OutgoingMail.objects.get(pk=mail.pk)

    monkeypatch.setattr(resend, "lock_original", read_only)
    assert len(set(two_clicks(monkeypatch, WHERE_THEY_MEET))) == 2


def test_with_it_one_copy_is_the_answer_to_both(monkeypatch: pytest.MonkeyPatch) -> None:
    got = two_clicks(monkeypatch, WHERE_THEY_CANNOT)
    assert len(got) == 2
    assert list(OutgoingMail.objects.exclude(resend_of=None)) == list(set(got))
