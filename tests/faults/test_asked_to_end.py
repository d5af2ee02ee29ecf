"""A worker or a run that is asked to end lets the mails that are going out end: none cut in half, none twice."""

import os
import signal
from collections.abc import Iterator

import pytest

from clinic.models import MailState, OutgoingMail
from tests.clinic.mail.scripted_smtp import Script, scripted
from tests.faults.mail_world import run_due
from tests.faults.test_mail_killed import one_mail
from tests.fixtures.processes import PATIENCE_SECONDS, Child, Processes, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.invariant("I5")]
MAILS = 3


@pytest.fixture
def script(process_env: dict[str, str]) -> Iterator[Script]:
    """A mail server that has the first body and thinks about it."""
    with scripted() as script:
        process_env["EMAIL_URL"] = script.url
        script.stall_at = "ACCEPTED"
        yield script


def sent_without_doubt() -> list[str]:
    """The ids of the mails that were sent, and of which no second copy may be about."""
    sent = OutgoingMail.objects.filter(state=MailState.SENT, maybe_duplicate=False)
    return sorted(mail.message_id for mail in sent)


def ask_to_end(script: Script, child: Child, heard: str) -> None:
    """What systemd does with KillMode=mixed: the main process alone is asked. Only then does the mail server answer."""
    wait_until(script.stalled.is_set, "a body is under way")
    os.kill(child.pid, signal.SIGTERM)
    wait_until(lambda: heard in child.said(), "the main process has heard it")
    script.stall_at = ""
    script.go_on.set()
    assert child.process.wait(PATIENCE_SECONDS) == 0


def test_a_worker_ends_after_the_batch(script: Script, processes: Processes) -> None:
    for _ in range(MAILS):
        one_mail()
    ask_to_end(script, processes.worker(), "Warm shutdown")
    assert len(script.ids) == MAILS
    assert sorted(script.ids) == sent_without_doubt()


def test_run_due_ends_after_the_batch(script: Script, processes: Processes) -> None:
    for _ in range(MAILS):
        one_mail()
    ask_to_end(script, run_due(processes), "Asked to end")
    assert len(script.ids) == MAILS
    assert sorted(script.ids) == sent_without_doubt()
