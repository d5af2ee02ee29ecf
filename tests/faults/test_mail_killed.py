"""kill -9 at every phase of a mail, of run_due and of a real Celery worker: never none, two at most, one Message-ID."""

from collections.abc import Iterator

import psutil
import pytest

from booking.models import Appointment, Reminder
from clinic.mail.ledger import queue_mail
from clinic.models import MailPhase, MailState, OutgoingMail
from tests.clinic.mail.scripted_smtp import Script, scripted
from tests.faults.mail_world import due_reminders, hint, leases_run_out, run_due
from tests.fixtures.actions import cancel
from tests.fixtures.cast import Cast
from tests.fixtures.processes import PATIENCE_SECONDS, Child, Processes, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def script(process_env: dict[str, str]) -> Iterator[Script]:
    """The mail server of every process of the test."""
    with scripted() as script:
        process_env["EMAIL_URL"] = script.url
        yield script


def one_mail() -> OutgoingMail:
    """A mail that is due."""
    return queue_mail(kind="staff", to="ana@example.org", subject="Hello", text="Hi\n")


def ended(script: Script, processes: Processes) -> None:
    """Let the server answer again and have one more sweep run to its end."""
    script.stall_at = ""
    script.go_on.set()
    leases_run_out()
    assert run_due(processes).process.wait(PATIENCE_SECONDS) == 0


@pytest.mark.invariant("I5")
def test_killed_before_the_body_exactly_one_copy_arrives(script: Script, processes: Processes) -> None:
    """Of each mail, whatever the server was asked for it when its sender was killed."""
    mails = []
    for stage in ("MAIL", "RCPT", "DATA"):
        mail = one_mail()
        script.stalled.clear()
        script.stall_at = stage
        sender = run_due(processes)
        wait_until(script.stalled.is_set, f"the server is asked {stage}")
        sender.kill()
        mail.refresh_from_db()
        assert (mail.state, mail.phase) == (MailState.SENDING, MailPhase.CLAIMED)
        mails.append(mail)
    ended(script, processes)
    for mail in mails:
        mail.refresh_from_db()
        assert (mail.state, mail.maybe_duplicate) == (MailState.SENT, False)
    assert sorted(script.ids) == sorted(mail.message_id for mail in mails)


@pytest.mark.invariant("I5")
def test_killed_after_the_accepted_body_two_at_most_with_one_id_and_a_flag(
    script: Script, processes: Processes
) -> None:
    mail = one_mail()
    script.stall_at = "ACCEPTED"
    for copies in (1, 2):
        script.stalled.clear()
        sender = run_due(processes)
        wait_until(script.stalled.is_set, "the server has the mail")
        sender.kill()
        leases_run_out()
        assert script.ids == [mail.message_id] * copies
        mail.refresh_from_db()
        assert mail.phase == MailPhase.DATA
    ended(script, processes)
    mail.refresh_from_db()
    assert (mail.state, mail.maybe_duplicate) == (MailState.UNCERTAIN, True)
    assert script.ids == [mail.message_id] * 2


@pytest.mark.invariant("I5")
def test_killed_after_the_body_and_the_appointment_cancelled_the_reminder_does_not_go_once_more(
    script: Script, processes: Processes, cast: Cast
) -> None:
    due_reminders(cast, 1)
    script.stall_at = "ACCEPTED"
    sender = run_due(processes)
    wait_until(script.stalled.is_set, "the server has the reminder")
    sender.kill()
    reminder = Reminder.objects.select_related("appointment", "mail").get()
    mail = reminder.mail
    assert mail is not None
    cancel(reminder.appointment, reason="", via=Appointment.Via.DESK)
    ended(script, processes)
    mail.refresh_from_db()
    assert (mail.state, mail.maybe_duplicate) == (MailState.UNCERTAIN, True)
    assert script.ids.count(mail.message_id) == 1


# What the server hears before the kill -> the phase that is committed by then, and how many copies it gets in all.
PHASES = {"MAIL": (MailPhase.CLAIMED, 1), "DATA": (MailPhase.CLAIMED, 1), "ACCEPTED": (MailPhase.DATA, 2)}


@pytest.mark.invariant("I5")
@pytest.mark.parametrize("victim", ["worker", "pool child"])
def test_a_worker_or_its_child_killed_at_any_phase_leaves_the_mail_to_the_next(
    script: Script, processes: Processes, victim: str
) -> None:
    # Celery counts a child that is lost as busy for ten seconds more: there is one for each of them, and one to go on.
    worker = processes.worker(processes=4)
    for stage, (phase, copies) in PHASES.items():
        mail = one_mail()
        script.go_on.clear()
        script.stalled.clear()
        script.stall_at = stage
        hint(processes, "clinic.tasks.send_mail")
        wait_until(script.stalled.is_set, f"the server is asked {stage}")
        if victim == "worker":
            worker.kill()
            worker = processes.worker(processes=4)
        else:
            (sender,) = talking_to(script, worker)
            sender.kill()
        mail.refresh_from_db()
        assert (mail.state, mail.phase) == (MailState.SENDING, phase)
        script.stall_at = ""
        script.go_on.set()
        leases_run_out()
        hint(processes, "clinic.tasks.send_mail")
        wait_until(lambda mail=mail: state_of(mail) == MailState.SENT, f"the next one sends it after {stage}")  # type: ignore[misc] # bound at once
        assert script.ids.count(mail.message_id) == copies
        assert OutgoingMail.objects.get(pk=mail.pk).maybe_duplicate == (copies == 2)
    assert worker.process.poll() is None


def talking_to(script: Script, worker: Child) -> list[psutil.Process]:
    """The children of a worker that have a connection to the mail server."""
    children = psutil.Process(worker.pid).children()
    return [
        child
        for child in children
        if any(line.raddr and line.raddr.port == script.port for line in child.net_connections())
    ]


def state_of(mail: OutgoingMail) -> str:
    """Where a mail stands now."""
    return OutgoingMail.objects.get(pk=mail.pk).state


def test_a_worker_killed_while_it_writes_mails_has_written_all_or_none(
    script: Script, processes: Processes, cast: Cast
) -> None:
    due_reminders(cast, 300)
    sweeper = run_due(processes)
    wait_until(OutgoingMail.objects.exists, "some mails are written")
    sweeper.kill()
    done = Reminder.objects.filter(state="done")
    assert OutgoingMail.objects.count() == done.count()
    assert not done.filter(mail=None).exists()
    leases_run_out()
    assert run_due(processes).process.wait(120) == 0
    assert OutgoingMail.objects.filter(state=MailState.SENT).count() == 300
    flagged = OutgoingMail.objects.filter(maybe_duplicate=True).count()
    assert len(set(script.ids)) == 300
    assert len(script.ids) <= 300 + flagged <= 301
