"""Two workers at one import, two imports of one file, an import while a client books: each line once, nobody twice."""

from collections.abc import Callable

import pytest
from django.db import connection

from booking.appointments.integrity import GUARDED_RANGES, overlapping_rows
from booking.imports.appointments import take_over_appointments
from booking.imports.reading import AppointmentReader
from booking.imports.work import free_runs, start_import, work_on
from booking.models import Appointment
from clients.imports.clients import PeopleReader, take_over_clients
from clients.models import Client, ImportRun, Verdict
from tests.booking.imports.conftest import Mover
from tests.fixtures.api import Answer, Api, at_once, wish
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.sql]
CLIENTS = "First Name,Last Name,Email\n" + "".join(f"P{n},Novak,p{n}@example.org\n" for n in range(30))


def together(*jobs: Callable[[], object]) -> None:
    """Run jobs at the same moment, each with a connection of its own; what one raises is raised."""

    def closing(job: Callable[[], object]) -> Callable[[], Answer]:
        def run() -> Answer:
            try:
                job()
            finally:
                connection.close()
            return Answer(status=0, headers={})

        return run

    at_once([closing(job) for job in jobs])


def test_two_workers_at_one_import_take_each_line_over_once(cast: Cast) -> None:
    run = Mover().look(CLIENTS.encode())
    start_import(run, by=None)
    numbers = list(run.lines.values_list("number", flat=True))
    jobs = [lambda: take_over_clients(run, numbers, PeopleReader(run, cast.practice)) for _ in range(4)]
    together(*jobs)
    assert Client.objects.filter(last_name="Novak").count() == 30
    assert run.lines.filter(verdict=Verdict.NEW).exclude(made=None).count() == 30


def test_two_imports_of_one_file_open_each_file_once(cast: Cast) -> None:
    runs = [Mover().look(CLIENTS.encode()) for _ in range(2)]
    for run in runs:
        start_import(run, by=None)
    together(*[lambda run=run: work_on(run) for run in runs])
    assert Client.objects.filter(last_name="Novak").count() == 30
    assert not free_runs().exists()
    made = [each.lines.exclude(made=None).count() for each in ImportRun.objects.all()]
    assert sum(made) == 30


def test_a_client_who_books_meanwhile_and_an_import_never_share_a_time(api: Api, cast: Cast) -> None:
    heading = "Starts,Minutes,Service,Therapist,First name,Last name,E-mail\n"
    for ahead in (7, 14, 21):
        start = cast.at(10, ahead=ahead)
        line = f"{start:%Y-%m-%d %H:%M%z},60,Regular massage,Mira Feld,Ana,Lind,ana@example.org\n"
        run = Mover().look((heading + line).encode())
        start_import(run, by=None)
        reader = AppointmentReader(run, cast.practice)
        body = wish(cast, ahead, start=start.isoformat()) | {"therapist": str(cast.mira.public_id)}
        together(
            lambda: take_over_appointments(run, [2], reader),  # noqa: B023 - runs within this round
            lambda: api.book(body, f"key-{ahead}"),  # noqa: B023 - runs within this round
        )
        there = Appointment.objects.filter(starts_at=start, therapist=cast.mira, status="confirmed")
        assert there.count() == 1
        settled = run.lines.get().settled_at is not None
        assert settled == (there.get().via == "import")
        run.delete()
    assert not [line for guarded in GUARDED_RANGES for line in overlapping_rows(guarded)]
