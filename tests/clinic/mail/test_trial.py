"""A test mail against a mail server that misbehaves in each way: how it went, and what is wrong in plain words."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from clinic.mail import delivery_status
from clinic.mail.claims import claim_mails
from clinic.mail.diagnosis import Diagnosis
from clinic.mail.trial import send_test_mail
from clinic.models import MailState, OutgoingMail, Practice
from tests.clinic.mail.scripted_smtp import Script
from tests.fixtures.processes import free_port
from tests.fixtures.services import SmtpServer

pytestmark = [pytest.mark.django_db(transaction=True)]
PASSWORD = "a-secret-of-the-mailbox"


def tried() -> Diagnosis:
    """Send one, and see that nothing is left to be sent later and no password is told."""
    found = send_test_mail("rosa@example.org", practice=Practice.current())
    assert not OutgoingMail.objects.filter(state__in=OutgoingMail.PENDING).exists()
    assert PASSWORD not in f"{found.what} {found.advice} {found.said}"
    return found


def test_a_real_server_gets_it_and_the_row_says_sent(smtp_server: SmtpServer, settings: Settings) -> None:
    settings.EMAIL_URL = smtp_server.url
    found = tried()
    assert found.is_ok
    assert found.said.startswith("250")
    (mail,) = smtp_server.mails
    assert mail.recipients == ["rosa@example.org"]
    assert OutgoingMail.objects.get().state == MailState.SENT


def test_a_yes_lets_mails_go_that_wait_for_a_repair(smtp_server: SmtpServer, settings: Settings) -> None:
    settings.EMAIL_URL = smtp_server.url
    delivery_status.pause_mail("535 wrong password")
    assert tried().is_ok
    assert not delivery_status.is_paused()


def test_mail_that_is_held_stays_held(smtp_server: SmtpServer, settings: Settings) -> None:
    settings.EMAIL_URL = smtp_server.url
    delivery_status.hold_mail("restored")
    assert not tried().is_ok
    assert smtp_server.mails == []


def wrong_password(script: Script, settings: Settings) -> None:
    """The account's password is another."""
    settings.EMAIL_URL = f"smtp://rosa%40example.org:{PASSWORD}@127.0.0.1:{script.port}"
    script.offers = ["AUTH PLAIN"]
    script.answers["AUTH"].append("535 5.7.8 Authentication failed")


def no_sign_in(script: Script, settings: Settings) -> None:
    """The server takes no sign-in on this port."""
    settings.EMAIL_URL = f"smtp://rosa:{PASSWORD}@127.0.0.1:{script.port}"


def no_tls(script: Script, settings: Settings) -> None:
    """STARTTLS is asked for and not offered."""
    settings.EMAIL_URL = f"smtp+tls://rosa:{PASSWORD}@127.0.0.1:{script.port}"


def tls_at_once(script: Script, settings: Settings) -> None:
    """TLS from the first byte, where the server speaks plain text."""
    settings.EMAIL_URL = f"smtps://rosa:{PASSWORD}@127.0.0.1:{script.port}"


def says(stage: str, reply: str) -> Callable[[Script, Settings], None]:
    """The server answers like this at a stage."""
    return lambda script, _settings: script.answers[stage].append(reply)


def nobody_listens(_script: Script, settings: Settings) -> None:
    """A port on which nobody is."""
    settings.EMAIL_URL = f"smtp://127.0.0.1:{free_port()}"


def no_such_name(_script: Script, settings: Settings) -> None:
    """A name that no name server knows (RFC 2606)."""
    settings.EMAIL_URL = "smtp://mail.example.invalid:587"


WRONG: dict[str, tuple[Callable[[Script, Settings], None], str, str]] = {
    "name": (no_such_name, "no server of the name mail.example.invalid", "slip in EMAIL_URL"),
    "port": (nobody_listens, "takes no connection on port", "587"),
    "password": (wrong_password, "does not take the name and password", "%40"),
    "no sign-in": (no_sign_in, "lets nobody sign in", "587"),
    "no TLS": (no_tls, "offers no TLS", "465"),
    "TLS too early": (tls_at_once, "speaks no TLS", "587"),
    "greeting": (says("HELLO", "554 5.7.1 You are on a blocklist"), "does not want to talk", "blocklist"),
    "hangs up": (says("HELLO", "DROP"), "hung up", "smtps://"),
    "busy": (says("HELLO", "421 Too many connections"), "cannot be talked to just now", "few minutes"),
    "sender": (says("MAIL", "553 5.7.1 Not your address"), "sends no mails from", "DEFAULT_FROM_EMAIL"),
    "recipient": (says("RCPT", "550 5.1.1 No such user"), "does not take mails to this address", "slip"),
    "relaying": (says("RCPT", "550 5.7.1 Relaying denied"), "refuses this mail", "DEFAULT_FROM_EMAIL"),
    "greylisting": (says("RCPT", "451 4.7.1 Greylisted"), "come back later", "Nothing is wrong"),
    "content": (says("BODY", "554 5.6.0 Looks like spam"), "refuses this mail", "addresses"),
    "lost answer": (says("BODY", "DROP AFTER"), "may have arrived", "mailbox"),
}


@pytest.mark.parametrize(("break_it", "what", "advice"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_in_plain_words(
    script: Script, settings: Settings, break_it: Callable[[Script, Settings], None], what: str, advice: str
) -> None:
    break_it(script, settings)
    found = tried()
    assert not found.is_ok
    assert what in found.what
    assert advice in found.advice
    assert not claim_mails(5).mails


def test_a_certificate_that_nobody_vouches_for_is_named(script: Script, settings: Settings, tmp_path: Path) -> None:
    key = tmp_path / "own.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key)]
    subprocess.run([*command, "-out", str(tmp_path / "c.pem"), "-subj", "/CN=x"], capture_output=True, check=True)
    key.write_text(key.read_text() + (tmp_path / "c.pem").read_text())
    script.certificate, script.offers = key, ["STARTTLS"]
    settings.EMAIL_URL = f"smtp+tls://rosa:{PASSWORD}@127.0.0.1:{script.port}"
    found = tried()
    assert "certificate" in found.what
    assert not [each for each in script.commands if each.startswith("AUTH")]


def test_a_server_that_says_nothing_is_not_waited_for_long(
    script: Script, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinic.mail.trial.PATIENCE_SECONDS", 0.2)
    script.stall_at = "RCPT"
    found = tried()
    assert not found.is_ok
    assert script.stalled.is_set()
