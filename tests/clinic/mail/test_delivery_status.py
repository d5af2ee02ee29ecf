"""The way out: when nobody answers at the mail server somebody is told, and after it all goes at once."""

import datetime as dt
import json

import pytest
from django.core.checks import run_checks
from django.utils import timezone
from pytest_django.fixtures import Settings

from clinic.mail import delivery_status, ledger
from clinic.mail.sender import send_due
from clinic.models import DeliveryStatus, Heartbeat, MailState, OutgoingMail
from clinic.operations import health
from tests.clinic.mail.scripted_smtp import Script, scripted
from tests.clinic.mail.waiting import due_now, queue, states
from tests.fixtures.browser import Browser

pytestmark = pytest.mark.django_db
LONG = DeliveryStatus.DOWN_AFTER + dt.timedelta(minutes=1)


def silent_for(span: dt.timedelta) -> None:
    """Pretend that the silence began so long ago."""
    DeliveryStatus.objects.update(down_since=timezone.now() - span)


def test_since_when_nobody_answers_is_noted_once_and_cleared_by_the_next_yes(settings: Settings) -> None:
    settings.EMAIL_URL = "smtp://nowhere.invalid:2525"
    queue(2)
    assert send_due() == 0
    first = delivery_status.current_status()
    assert first.down_since is not None
    assert "not known" in first.down_reason or "resolution" in first.down_reason
    due_now()
    assert send_due() == 0
    assert delivery_status.current_status().down_since == first.down_since
    with scripted() as script:
        settings.EMAIL_URL = script.url
        due_now()
        assert send_due() == 2
    assert (delivery_status.current_status().down_since, delivery_status.current_status().down_reason) == (None, "")


def test_a_long_silence_is_asked_about_every_quarter_of_an_hour_by_one_mail_for_all(settings: Settings) -> None:
    settings.EMAIL_URL = "smtp://nowhere.invalid:2525"
    queue(3)
    OutgoingMail.objects.update(attempts=4)
    send_due()
    first, *others = OutgoingMail.objects.order_by("next_try_at").values_list("next_try_at", flat=True)
    assert first <= timezone.now() + delivery_status.PROBE_INTERVAL
    assert all(at > timezone.now() + dt.timedelta(hours=2) for at in others)


@pytest.mark.parametrize(
    ("silence", "goes"), [(LONG, True), (dt.timedelta(minutes=2), False)], ids=["a long silence", "a blink"]
)
def test_after_a_long_silence_the_first_yes_sends_for_all_that_wait(
    script: Script, silence: dt.timedelta, *, goes: bool
) -> None:
    waiting, _fresh = queue(2)
    OutgoingMail.objects.filter(pk=waiting.pk).update(
        state=MailState.RETRYING, attempts=5, next_try_at=timezone.now() + dt.timedelta(hours=3)
    )
    delivery_status.note_unreachable("no route to host")
    silent_for(silence)
    assert send_due() == (2 if goes else 1)
    assert states() == [MailState.SENT if goes else MailState.RETRYING, MailState.SENT]


def test_a_server_that_takes_a_few_mails_at_a_time_is_no_silence(script: Script) -> None:
    queue(3)
    delivery_status.note_unreachable("no route to host")
    silent_for(LONG)
    script.answers["MAIL"].extend(["250 OK", "250 OK", "421 4.7.0 That is enough for now"])
    assert send_due() == 2
    assert not delivery_status.current_status().is_down
    assert delivery_status.current_status().down_reason.startswith("421")


def test_a_silence_is_unwell_only_once_it_lasts(practice: object, client: Browser) -> None:
    for name in ("reminders", "mail"):
        Heartbeat.objects.create(name=name)
    delivery_status.note_unreachable("421 4.7.0 <ana@example.org> later")
    assert client.get("/healthz/ready").status_code == 200
    silent_for(LONG)
    ready = client.get("/healthz/ready")
    part = json.loads(ready.content)["parts"]["mail_delivery"]
    assert (ready.status_code, part["ok"]) == (503, False)
    assert "421 4.7.0 <(address)> later" in health.delivery_part()["detail"]


def test_each_mail_says_when_it_came_to_its_end_and_no_other_does(script: Script) -> None:
    long_ago = timezone.now() - dt.timedelta(days=20)
    sent, failed, late, back, waits = queue(5)
    OutgoingMail.objects.update(created_at=long_ago)
    OutgoingMail.objects.filter(pk=late.pk).update(not_after=timezone.now())
    ledger.withdraw_mails(OutgoingMail.objects.filter(pk=back.pk), why="cancelled")
    script.answers["RCPT"].extend(["250 OK", "550 No such mailbox", "450 Busy"])
    send_due()
    ended = {mail.pk: mail.settled_at for mail in OutgoingMail.objects.all()}
    assert ended.pop(waits.pk) is None
    assert set(ended) == {sent.pk, failed.pk, late.pk, back.pk}
    assert all(at is not None and timezone.now() - at < dt.timedelta(minutes=1) for at in ended.values())


def test_a_mail_of_which_nobody_knows_in_the_end_says_when(script: Script) -> None:
    (mail,) = queue()
    for _again in range(2):
        script.answers["BODY"].append("DROP AFTER")
        due_now()
        send_due()
        mail.refresh_from_db()
        assert (mail.settled_at is None) == (mail.state == MailState.RETRYING)
    assert mail.state == MailState.UNCERTAIN


@pytest.mark.parametrize(
    ("site", "server", "named"),
    [
        ("https://massage.example.org", "", ["clinic.W001"]),
        ("https://massage.example.org", "smtps://mail.example.org", []),
        ("http://localhost:8000", "", []),
    ],
)
def test_a_site_for_others_whose_mails_are_files_is_named_by_the_deploy_check(
    settings: Settings, site: str, server: str, named: list[str]
) -> None:
    settings.SITE_URL, settings.EMAIL_URL = site, server
    settings.DEFAULT_FROM_EMAIL = "practice@example.org"
    assert [each.id for each in run_checks(tags=["mail"], include_deployment_checks=True)] == named
