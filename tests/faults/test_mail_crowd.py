"""Two beats, three workers and run_due at once; a broker that goes and comes back empty: each mail once, none lost."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from booking.models import Reminder
from clinic.models import Heartbeat, MailState, OutgoingMail
from tests.clinic.mail.scripted_smtp import Script, scripted
from tests.faults.mail_world import due_in, due_reminders, hint, run_due
from tests.fixtures.api import Api, wish
from tests.fixtures.cast import Cast
from tests.fixtures.processes import Processes, wait_until
from tests.fixtures.services import RedisServer

pytestmark = pytest.mark.slow
COUNT = 250


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
        processes.start("beat", "clinic.operations", "beat", "--schedule", str(processes.folder / f"schedule{number}"))
    for _ in range(3):
        hint(processes, "booking.tasks.sweep")
        hint(processes, "clinic.tasks.send_mail")
        run_due(processes)


@pytest.mark.invariant("I5")
def test_a_crowd_on_the_filesystem_transport_sends_each_mail_once(
    script: Script, processes: Processes, cast: Cast
) -> None:
    due_reminders(cast, COUNT)
    crowd(processes)
    wait_until(lambda: all_sent(COUNT), "all are sent")
    assert Counter(script.ids).most_common(1)[0][1] == 1
    assert len(script.ids) == COUNT
    assert not OutgoingMail.objects.filter(maybe_duplicate=True).exists()
    assert {"mail", "reminders"} <= set(Heartbeat.objects.values_list("name", flat=True))


@pytest.mark.redis
@pytest.mark.invariant("I5")
def test_a_crowd_on_redis_sends_each_mail_once(
    script: Script, redis_server: RedisServer, processes: Processes, cast: Cast
) -> None:
    due_reminders(cast, COUNT)
    crowd(processes)
    wait_until(lambda: all_sent(COUNT), "all are sent")
    assert len(set(script.ids)) == len(script.ids) == COUNT


@pytest.mark.redis
@pytest.mark.invariant("I5")
def test_redis_gone_while_bookings_go_on_and_back_empty_loses_nothing_and_repeats_nothing(
    script: Script, redis_server: RedisServer, processes: Processes, api: Api, cast: Cast
) -> None:
    worker = processes.worker()
    redis_server.stop()
    ids = [api.book(wish(cast, number, start=cast.at(9 + 2 * number).isoformat())).status for number in range(4)]
    assert ids == [201] * 4, "booking needs no broker"
    confirmations = Reminder.objects.filter(kind="confirmation")
    first_two = list(confirmations.order_by("pk").values_list("pk", flat=True)[:2])
    minutes_pass(confirmations.filter(pk__in=first_two))
    assert run_due(processes).process.wait(60) == 0
    assert len(script.ids) == 2, "the cron alternative needs no broker either"
    minutes_pass(confirmations.exclude(pk__in=first_two))
    redis_server.start()
    assert worker.process.poll() is None, "a worker without a broker waits for it"
    schedule = processes.folder / "schedule"
    due_in(1, schedule)
    processes.start("beat", "clinic.operations", "beat", "--schedule", str(schedule))
    wait_until(lambda: not confirmations.filter(state="due").exists(), "beat has the rest written")
    wait_until(lambda: not OutgoingMail.objects.exclude(state=MailState.SENT).exists(), "and sent")
    assert len(set(script.ids)) == len(script.ids) == OutgoingMail.objects.count() == 4


def minutes_pass(reminders: QuerySet[Reminder]) -> None:
    """Let the time come in which these are due: the rows move, because the database's clock cannot."""
    assert reminders.update(due_at=timezone.now() - dt.timedelta(seconds=1)) == 2
