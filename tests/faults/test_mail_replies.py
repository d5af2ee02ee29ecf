"""What a mail server may say to a process of its own: tried again later, failed once, or all paused and kept."""

import datetime as dt
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from clinic.mail import delivery_status
from clinic.models import MailState, OutgoingMail
from tests.clinic.mail.scripted_smtp import Script, scripted
from tests.faults.mail_world import leases_run_out, run_due
from tests.faults.test_mail_killed import one_mail
from tests.fixtures.cast import Cast
from tests.fixtures.processes import Processes

pytestmark = pytest.mark.slow


@pytest.fixture
def script(process_env: dict[str, str]) -> Iterator[Script]:
    """The mail server of every process of the test."""
    with scripted() as script:
        process_env["EMAIL_URL"] = script.url
        yield script


def looked_at(processes: Processes) -> None:
    """One look of `manage.py run_due`, to its end; every wait is over by then."""
    leases_run_out()
    assert run_due(processes).process.wait(60) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.invariant("I5")
@pytest.mark.parametrize(
    ("stage", "reply"),
    [("MAIL", "421 4.3.2 Going down"), ("RCPT", "450 4.2.1 Try later"), ("BODY", "451 4.3.0 Local trouble")],
)
def test_a_temporary_no_is_tried_again_after_a_longer_wait_and_accepted_once(
    script: Script, processes: Processes, stage: str, reply: str
) -> None:
    mail = one_mail()
    script.answers[stage].extend([reply, reply])
    waits: list[dt.timedelta] = []
    for _again in range(2):
        looked_at(processes)
        mail.refresh_from_db()
        assert (mail.state, script.ids) == (MailState.RETRYING, [])
        waits.append(mail.next_try_at - timezone.now())
    assert dt.timedelta(0) < waits[0] < waits[1]
    looked_at(processes)
    mail.refresh_from_db()
    assert (mail.state, script.ids) == (MailState.SENT, [mail.message_id])


@pytest.mark.django_db(transaction=True)
@pytest.mark.invariant("I5")
def test_an_unknown_mailbox_fails_once_and_is_flagged_in_the_file(
    script: Script, processes: Processes, cast: Cast
) -> None:
    mail = one_mail()
    assert mail.to_email == cast.ana.email
    script.answers["RCPT"].append("550 5.1.1 No such mailbox")
    looked_at(processes)
    looked_at(processes)
    mail.refresh_from_db()
    assert (mail.state, script.ids) == (MailState.FAILED, [])
    cast.ana.refresh_from_db()
    assert cast.ana.email_error, "the desk sees it before the next appointment"
    assert len([command for command in script.commands if command.startswith("RCPT")]) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.invariant("I5")
def test_a_refused_sign_in_pauses_everything_and_after_repair_it_goes(
    script: Script, processes: Processes, process_env: dict[str, str]
) -> None:
    process_env["EMAIL_URL"] = f"smtp://post:s3cret@127.0.0.1:{script.port}"
    script.offers = ["AUTH PLAIN"]
    script.answers["AUTH"].append("535 5.7.8 Wrong password")
    mail = paused_by(processes)
    assert (mail.state, mail.attempts, script.ids) == (MailState.QUEUED, 0, [])
    assert [mail.message_id] == ids_after_repair(script, processes)


@pytest.mark.django_db(transaction=True)
@pytest.mark.invariant("I5")
def test_a_certificate_that_nobody_vouches_for_pauses_everything_and_nothing_goes_in_plain_text(
    script: Script, processes: Processes, process_env: dict[str, str], tmp_path: Path
) -> None:
    key, certificate = tmp_path / "own.pem", tmp_path / "certificate.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key)]
    subprocess.run([*command, "-out", str(certificate), *subject], capture_output=True, check=True)
    key.write_text(key.read_text() + certificate.read_text())
    script.certificate, script.offers = key, ["STARTTLS"]
    process_env["EMAIL_URL"] = f"smtp+tls://127.0.0.1:{script.port}"
    mail = paused_by(processes)
    assert (mail.state, mail.attempts, script.ids) == (MailState.QUEUED, 0, [])
    # Repair: the machine comes to trust the certificate.
    process_env["SSL_CERT_FILE"] = str(certificate)
    assert [mail.message_id] == ids_after_repair(script, processes)


def paused_by(processes: Processes) -> OutgoingMail:
    """A mail at whose first look delivery was paused, as it stands then."""
    mail = one_mail()
    looked_at(processes)
    assert delivery_status.is_paused()
    mail.refresh_from_db()
    return mail


def ids_after_repair(script: Script, processes: Processes) -> list[str]:
    """What the mail server has taken once a person has said that it is repaired; the one mail counts as sent."""
    delivery_status.resume_mail()
    looked_at(processes)
    assert OutgoingMail.objects.get().state == MailState.SENT
    return script.ids
