"""A worker that is killed in the middle of an import: the next sweep goes on with it, and nothing is there twice."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from booking.appointments.integrity import integrity_problems
from booking.imports.work import TASK, start_import
from booking.models import Appointment
from clients.models import Client, ImportRun, ImportState
from tests.booking.imports.conftest import Mover
from tests.faults.mail_world import hint, run_due
from tests.fixtures.cast import Cast
from tests.fixtures.processes import Processes

pytestmark = pytest.mark.slow
CLIENTS, APPOINTMENTS = 600, 60
HEAD = "Starts,Service,Therapist,First name,Last name,E-mail\n"


def appointments(cast: Cast) -> str:
    """Appointments of people who have no file yet."""
    starts = [cast.at(9 + number % 8, ahead=7 * (1 + number // 8)) for number in range(APPOINTMENTS)]
    return HEAD + "".join(
        f"{start:%Y-%m-%d %H:%M%z},Back relief massage,Mira Feld,P{number},Novak,p{number}@example.org\n"
        for number, start in enumerate(starts)
    )


def killed_in_the_middle(processes: Processes, content: str, is_under_way: Callable[[], object]) -> ImportRun:
    """An import whose worker was killed once it had done something of it, and its lease run out."""
    run = Mover().look(content.encode())
    start_import(run, by=None)
    worker = processes.worker()
    hint(processes, TASK)
    worker.wait_until_ready(is_under_way, "some of it is taken over")
    worker.kill()
    run.refresh_from_db()
    assert run.state == ImportState.RUNNING
    assert run.lines.waiting().exists()
    assert run.lines.exclude(settled_at=None).exists()
    ImportRun.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    return run


def test_clients_are_there_once_each(cast: Cast, processes: Processes) -> None:
    content = "First Name,Last Name,Email\n" + "".join(f"P{n},Novak,p{n}@example.org\n" for n in range(CLIENTS))
    run = killed_in_the_middle(processes, content, Client.objects.filter(last_name="Novak").exists)
    assert run_due(processes).process.wait(120) == 0
    run.refresh_from_db()
    assert run.state == ImportState.DONE
    assert Client.objects.filter(last_name="Novak").count() == CLIENTS
    assert run.lines.exclude(made=None).count() == CLIENTS


def test_appointments_are_there_once_each_and_an_import_that_somebody_works_on_is_left_to_them(
    cast: Cast, processes: Processes
) -> None:
    run = killed_in_the_middle(processes, appointments(cast), Appointment.objects.exists)
    ImportRun.objects.update(lease_until=timezone.now() + dt.timedelta(minutes=10))
    before = Appointment.objects.count()
    assert run_due(processes).process.wait(120) == 0
    run.refresh_from_db()
    assert (run.state, Appointment.objects.count()) == (ImportState.RUNNING, before)
    ImportRun.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert run_due(processes).process.wait(120) == 0
    run.refresh_from_db()
    assert run.state == ImportState.DONE
    assert Appointment.objects.count() == APPOINTMENTS
    assert Client.objects.filter(last_name="Novak").count() == APPOINTMENTS
    made = set(run.lines.values_list("made", flat=True))
    assert made == set(Appointment.objects.values_list("public_id", flat=True))
    assert list(integrity_problems()) == []
