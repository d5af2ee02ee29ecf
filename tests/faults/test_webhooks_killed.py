"""Webhooks with real workers and a real program that is killed, hangs, is down: each event arrives, no mail waits."""

import datetime as dt
import json
import threading
from collections.abc import Iterator

import pytest
from django.utils import timezone

from booking.models import Appointment, DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookEvent
from booking.webhooks.actions import add_endpoint
from clinic.mail import ledger
from clinic.models import MailState, OutgoingMail
from tests.faults.mail_world import hint, run_due
from tests.fixtures.actions import cancel
from tests.fixtures.cast import Cast
from tests.fixtures.processes import Processes
from tests.fixtures.receiver import Receiver, holding, running_receiver, status

pytestmark = pytest.mark.slow

TASK = "booking.tasks.send_webhooks"


@pytest.fixture
def told(cast: Cast, processes: Processes) -> Iterator[Receiver]:
    """A program that wants every event, on this machine."""
    processes.env["OUTBOUND_NETWORKS"] = "127.0.0.0/30"
    with running_receiver() as receiver:
        add_endpoint(url=receiver.url("/hook"), events=list(WebhookEvent.values), by=cast.owner)
        yield receiver


def changes(cast: Cast, count: int) -> None:
    """So many appointments, each cancelled."""
    for number in range(count):
        start = cast.at(9, ahead=7 * (number + 1))
        cancel(cast.appointment(start), reason="", via=Appointment.Via.DESK)


def all_delivered() -> bool:
    """Whether nothing waits any more."""
    return not WebhookDelivery.objects.exclude(state=DeliveryState.DELIVERED).exists()


def ids(receiver: Receiver) -> set[str]:
    """The events that arrived, each once."""
    return {json.loads(each.body)["id"] for each in receiver.received}


def test_a_worker_killed_in_the_middle_loses_no_event(cast: Cast, processes: Processes, told: Receiver) -> None:
    changes(cast, 3)
    never = threading.Event()
    told.respond = holding(never)
    worker = processes.worker()
    hint(processes, TASK)
    worker.wait_until_ready(lambda: told.received, "the program holds a request")
    worker.kill()
    never.set()
    assert WebhookDelivery.objects.filter(state=DeliveryState.SENDING).count() == 1
    told.respond = status(200)
    WebhookDelivery.objects.exclude(lease=None).update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert run_due(processes).process.wait(60) == 0
    assert all_delivered()
    assert len(ids(told)) == 3
    assert len(told.received) == 4  # the one that was under way went once more, under its id


def test_a_program_that_hangs_keeps_no_mail_waiting(cast: Cast, processes: Processes, told: Receiver) -> None:
    changes(cast, 1)
    OutgoingMail.objects.all().delete()
    answered = threading.Event()
    told.respond = holding(answered)
    worker = processes.worker(processes=2)
    hint(processes, TASK)
    worker.wait_until_ready(lambda: told.received, "the program holds a request")
    ledger.queue_mail(kind="staff", to="ana@example.org", subject="Hello", text="Hello")
    hint(processes, "clinic.tasks.send_mail")
    worker.wait_until_ready(
        lambda: OutgoingMail.objects.filter(state=MailState.SENT).exists(), "the mail goes while the program hangs"
    )
    assert WebhookDelivery.objects.get().state in {DeliveryState.SENDING, DeliveryState.RETRYING}
    answered.set()


def test_two_workers_tell_each_event_once(cast: Cast, processes: Processes, told: Receiver) -> None:
    changes(cast, 12)
    runs = [run_due(processes) for _number in range(3)]
    assert [each.process.wait(120) for each in runs] == [0, 0, 0]
    run_due(processes).process.wait(60)
    assert all_delivered()
    assert len(told.received) == len(ids(told)) == 12


@pytest.mark.invariant("I10")
def test_logs_and_queue_hold_no_word_of_it(cast: Cast, processes: Processes, told: Receiver) -> None:
    changes(cast, 1)
    WebhookEndpoint.objects.update(url=told.url("/canary-path-of-the-program"))
    worker = processes.worker()
    hint(processes, TASK)
    worker.wait_until_ready(all_delivered, "the event has arrived, and is settled")
    worker.stop(60)
    said = worker.said()
    secret = WebhookEndpoint.objects.get().all_secrets()[0]
    for word in ("canary-path", secret, "Ana", "ana@example.org"):
        assert word not in said
