"""A worker that is killed while it reads private calendars: what was busy stays busy, and the next run reads them."""

import datetime as dt
import threading

import pytest
from django.utils import timezone

from booking.models import PrivateBusy, PrivateCalendar
from booking.scheduling.private_calendars.refresh import CLAIM, refresh_private_calendars
from tests.faults.mail_world import hint, run_due
from tests.fixtures.cast import Cast
from tests.fixtures.private_calendars import MakeCalendar, feed
from tests.fixtures.processes import Processes
from tests.fixtures.receiver import Receiver, holding, status

pytestmark = pytest.mark.slow
TASK = "booking.tasks.read_private_calendars"


def busy() -> set[dt.datetime]:
    """When something private begins."""
    return set(PrivateBusy.objects.values_list("starts_at", flat=True))


def test_what_was_busy_stays_so_and_the_next_run_reads_it_again(
    cast: Cast, processes: Processes, elsewhere: Receiver, private: MakeCalendar
) -> None:
    processes.env["OUTBOUND_NETWORKS"] = "127.0.0.1/32"
    calendars = [private(), private(cast.jonas)]
    refresh_private_calendars()
    assert busy() == {cast.at(10)}
    PrivateCalendar.objects.update(next_due_at=timezone.now() - dt.timedelta(seconds=1))
    elsewhere.received.clear()
    never = threading.Event()
    elsewhere.respond = holding(never)
    worker = processes.worker()
    hint(processes, TASK)
    worker.wait_until_ready(lambda: elsewhere.received, "the calendar's server holds a request")
    worker.kill()
    never.set()
    assert busy() == {cast.at(10)}
    assert PrivateBusy.objects.count() == len(calendars)
    elsewhere.respond = status(200, feed((cast.at(13), cast.at(14))))
    # Those that it had taken are left alone for a while, and are then anybody's.
    claimed = PrivateCalendar.objects.filter(next_due_at__gt=timezone.now())
    assert claimed.exists()
    assert not claimed.filter(next_due_at__gt=timezone.now() + CLAIM).exists()
    PrivateCalendar.objects.update(next_due_at=timezone.now() - dt.timedelta(seconds=1))
    assert run_due(processes).process.wait(60) == 0
    assert busy() == {cast.at(13)}
    assert PrivateBusy.objects.count() == len(calendars)
    assert set(PrivateCalendar.objects.values_list("trouble", flat=True)) == {""}
