"""Two beats, three workers and run_due at once; a broker that goes and comes back empty: each mail once, none lost."""

from collections import Counter
from collections.abc import Iterator

import pytest

from booking.models import Reminder
from clinic.models import Heartbeat, MailState, OutgoingMail
from tests.clinic.mail.scripted_smtp import Script, scripted
from tests.faults.mail_world import due_reminders, hint, run_due
from tests.fixtures.cast import House
from tests.fixtures.processes import Processes, wait_until
from tests.fixtures.services import RedisServer

pytestmark = pytest.mark.slow
COUNT = 300


@pytest.fixture
def script(process_env: dict[str, str]) -> Iterator[Script]:
    """The mail server of every process of the test."""
    with scripted() as script:
        process_env["EMAIL_URL"] = script.url
        yield script


def all_sent(count: int) -> bool:
    """Whether every reminder is settled and every mail is out."""
    waiting = Reminder.objects.filter(state="due").exists()
    return not waiting and OutgoingMail.objects.filter(state=MailState.SENT).count() == count


def crowd(processes: Processes) -> None:
    """Two beats, three workers, hints by the dozen and run_due, all together."""
    for _ in range(3):
        processes.worker(processes=2)
    for number in range(2):
        # Each beat keeps a schedule of its own, as on two machines.
        processes.start("beat", "celery", "-A", "clinic", "beat", "-s", str(processes.folder / f"schedule{number}"))
    for _ in range(3):
        hint(processes, "booking.tasks.sweep_reminders")
        hint(processes, "clinic.tasks.send_mail")
        run_due(processes)


@pytest.mark.invariant("I5")
def test_a_crowd_on_the_filesystem_transport_sends_each_mail_once(
    script: Script, processes: Processes, house: House
) -> None:
    due_reminders(house, COUNT)
    crowd(processes)
    wait_until(lambda: all_sent(COUNT), "all are sent", 120)
    assert Counter(script.ids).most_common(1)[0][1] == 1
    assert len(script.ids) == COUNT
    assert not OutgoingMail.objects.filter(doubtful=True).exists()
    assert {"mail", "reminders"} <= set(Heartbeat.objects.values_list("name", flat=True))


@pytest.mark.redis
@pytest.mark.invariant("I5")
def test_a_crowd_on_redis_sends_each_mail_once(
    script: Script, redis_server: RedisServer, processes: Processes, house: House
) -> None:
    due_reminders(house, COUNT)
    crowd(processes)
    wait_until(lambda: all_sent(COUNT), "all are sent", 120)
    assert len(set(script.ids)) == len(script.ids) == COUNT


@pytest.mark.redis
def test_redis_gone_and_back_empty_loses_nothing_and_repeats_nothing(
    script: Script, redis_server: RedisServer, processes: Processes, house: House
) -> None:
    worker = processes.worker()
    redis_server.stop()
    due_reminders(house, 5)
    assert run_due(processes).process.wait(60) == 0
    assert all_sent(5), "the cron alternative needs no broker"
    two_more = list(Reminder.objects.values_list("pk", flat=True)[:2])
    Reminder.objects.filter(pk__in=two_more).update(state="due", mail=None)
    redis_server.start()
    assert worker.process.poll() is None, "a worker without a broker waits"

    def hinted() -> bool:
        # The hints that the broker lost are repeated each minute by beat; here at once.
        hint(processes, "booking.tasks.sweep_reminders").process.wait(30)
        return all_sent(7)

    wait_until(hinted, "what waited is sent", 60)
    assert len(set(script.ids)) == len(script.ids) == 7
