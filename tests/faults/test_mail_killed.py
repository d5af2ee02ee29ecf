"""kill -9 at every phase of a mail, of run_due and of a real Celery worker: never none, two at most, one Message-ID."""

from collections.abc import Iterator

import pytest

from booking.models import Reminder
from clinic.mail.ledger import write
from clinic.models import MailKind, MailPhase, MailState, OutgoingMail
from tests.clinic.mail.scripted_smtp import Script, scripted
from tests.faults.mail_world import due_reminders, hint, leases_run_out, run_due
from tests.fixtures.cast import House
from tests.fixtures.processes import Processes, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def script(process_env: dict[str, str]) -> Iterator[Script]:
    """The mail server of every process of the test."""
    with scripted() as script:
        process_env["EMAIL_URL"] = script.url
        yield script


def one_mail() -> OutgoingMail:
    """A mail that is due."""
    return write(kind=MailKind.STAFF, to="ana@example.org", subject="Hello", text="Hi\n")


def ended(script: Script, processes: Processes) -> None:
    """Let the server answer again and have one more sweep run to its end."""
    script.stall_at = ""
    script.go_on.set()
    leases_run_out()
    assert run_due(processes).process.wait(60) == 0


@pytest.mark.invariant("I5")
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_killed_before_the_body_exactly_one_copy_arrives(script: Script, processes: Processes, stage: str) -> None:
    mail = one_mail()
    script.stall_at = stage
    sender = run_due(processes)
    wait_until(script.stalled.is_set, f"the server is asked {stage}")
    sender.kill()
    mail.refresh_from_db()
    assert (mail.state, mail.phase) == (MailState.SENDING, MailPhase.CLAIMED)
    ended(script, processes)
    mail.refresh_from_db()
    assert (mail.state, mail.doubtful) == (MailState.SENT, False)
    assert script.ids == [mail.message_id]


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
    assert (mail.state, mail.doubtful) == (MailState.UNCERTAIN, True)
    assert script.ids == [mail.message_id] * 2


def test_a_killed_worker_leaves_its_mail_to_the_next_one(script: Script, processes: Processes, house: House) -> None:
    due_reminders(house, 3)
    script.stall_at = "RCPT"
    worker = processes.worker()
    hint(processes, "booking.tasks.sweep_reminders")
    wait_until(script.stalled.is_set, "the worker sends")
    worker.kill()
    assert Reminder.objects.filter(state="done").count() == 3
    script.stall_at = ""
    script.go_on.set()
    leases_run_out()
    processes.worker()
    hint(processes, "clinic.tasks.send_mail")
    wait_until(lambda: OutgoingMail.objects.filter(state=MailState.SENT).count() == 3, "all are sent")
    assert sorted(script.ids) == sorted(OutgoingMail.objects.values_list("message_id", flat=True))


def test_a_worker_killed_while_it_writes_mails_has_written_all_or_none(
    script: Script, processes: Processes, house: House
) -> None:
    due_reminders(house, 400)
    sweeper = run_due(processes)
    wait_until(OutgoingMail.objects.exists, "some mails are written")
    sweeper.kill()
    done = Reminder.objects.filter(state="done")
    assert OutgoingMail.objects.count() == done.count()
    assert not done.filter(mail=None).exists()
    leases_run_out()
    assert run_due(processes).process.wait(120) == 0
    assert OutgoingMail.objects.filter(state=MailState.SENT).count() == 400
    flagged = OutgoingMail.objects.filter(doubtful=True).count()
    assert len(set(script.ids)) == 400
    assert len(script.ids) <= 400 + flagged <= 401
