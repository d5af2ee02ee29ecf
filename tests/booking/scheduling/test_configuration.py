"""The configuration: kept while its version stands, never beyond a change, and right inside the change itself."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from booking.appointments.integrity import integrity_problems
from booking.appointments.locking import lock_therapists
from booking.errors import SlotTaken
from booking.models import Appointment, Room, TimeOff, WorkingHours
from booking.scheduling.configuration import (
    CONFIGURATION,
    CONFIGURED,
    Configuration,
    current_configuration,
    read_configuration,
)
from clinic.models import ConfigurationVersion, Practice, User
from clinic.models.configuration import PerVersion, one_version
from clinic.triggers import VERSIONS_CONFIGURATION
from tests.booking.appointments.test_book import booked
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.processes import wait_until

ELSEWHERE_SECONDS = 30


def version() -> object:
    """The token as it stands."""
    return ConfigurationVersion.objects.get().token


def room_names() -> set[str]:
    """What a value of this process says of the rooms."""
    keys = current_configuration().rooms
    return set(Room.objects.filter(pk__in=keys).values_list("name", flat=True))


def elsewhere(work: Callable[[], object]) -> None:
    """Run something in another thread, on a connection of its own, to its end."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(ELSEWHERE_SECONDS)
    assert not thread.is_alive()


def test_every_table_that_is_read_gives_a_version_when_it_changes(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        read_configuration()
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    read = {table for table in tables if any(f'"{table}"' in each["sql"] for each in asked)}
    configured = {model._meta.db_table for model in CONFIGURED}
    assert read >= {"booking_workinghours", "clinic_user", "booking_service_rooms"}
    assert read <= configured
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE tgname = %s",
            [VERSIONS_CONFIGURATION],
        )
        assert {name for (name,) in cursor.fetchall()} == configured


@pytest.mark.parametrize("model", [model for model in CONFIGURED if model is not User])
def test_whatever_changes_a_table_gives_another_version(cast: Cast, model: type[Model]) -> None:
    table = model._meta.db_table
    before = version()
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET id = id')
        changed = version()
        cursor.execute(f'DELETE FROM "{table}" WHERE false')
    assert len({before, changed, version()}) == 3


def test_a_sign_in_changes_nothing_and_one_switched_off_does(cast: Cast, client: Browser) -> None:
    before = version()
    client.force_login(cast.owner)
    assert version() == before
    cast.owner.is_active = False
    cast.owner.save()
    assert version() != before


def test_a_missing_trigger_is_found(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {VERSIONS_CONFIGURATION} ON booking_timeoff")
    assert any(VERSIONS_CONFIGURATION in each and "booking_timeoff" in each for each in integrity_problems())


def test_a_second_look_asks_for_the_version_alone(cast: Cast) -> None:
    current_configuration()
    with CaptureQueriesContext(connection) as asked:
        assert current_configuration() is current_configuration()
    assert [each["sql"].split(" FROM ")[1].split()[0] for each in asked] == ['"clinic_configurationversion"'] * 2


def test_a_page_asks_for_the_version_once(cast: Cast, client: Browser) -> None:
    client.get("/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    about = [each["sql"] for each in asked if "clinic_configurationversion" in each["sql"]]
    assert len(about) == 1
    assert not any('FROM "clinic_practice"' in each["sql"] for each in asked)


def test_what_one_request_does_to_the_practice_no_other_sees(cast: Cast) -> None:
    Practice.current().name = "Typed and not saved"
    assert Practice.current().name == cast.practice.name
    key = cast.mira.pk
    current_configuration().therapist(key).name = "Typed and not saved"
    assert current_configuration().therapist(key).name == cast.mira.name


def test_a_transaction_sees_its_own_change_and_its_rollback(cast: Cast) -> None:
    rooms = current_configuration().rooms
    with transaction.atomic():
        attic = Room.objects.create(name="Attic")
        assert attic.pk in current_configuration().rooms
        with transaction.atomic():
            Room.objects.all().delete()
            assert current_configuration().rooms == ()
            transaction.set_rollback(True)
        assert attic.pk in current_configuration().rooms
        transaction.set_rollback(True)
    assert current_configuration().rooms == rooms


def test_a_database_that_was_emptied_keeps_nothing(cast: Cast) -> None:
    ConfigurationVersion.objects.all().delete()
    assert current_configuration() is not current_configuration()
    Room.objects.create(name="Attic")
    assert "Attic" in room_names()
    assert current_configuration() is current_configuration()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_not_committed_is_nobody_elses(cast: Cast) -> None:
    before = current_configuration().rooms
    with transaction.atomic():
        attic = Room.objects.create(name="Attic")
        assert attic.pk in current_configuration().rooms
        seen: list[Configuration] = []
        elsewhere(lambda: seen.append(current_configuration()))
        assert seen[0].rooms == before
        # The other thread has replaced what this process keeps; this transaction still sees its own.
        assert attic.pk in current_configuration().rooms
    elsewhere(lambda: seen.append(current_configuration()))
    assert attic.pk in seen[1].rooms


@pytest.mark.django_db(transaction=True)
def test_what_was_read_before_a_rollback_never_comes_back(cast: Cast) -> None:
    """With a counter in place of a random token, the next change would have the number of the one rolled back."""
    with transaction.atomic():
        Room.objects.create(name="Never")
        assert len(current_configuration().rooms) == 3
        never = version()
        transaction.set_rollback(True)
    held = CONFIGURATION.held
    elsewhere(lambda: Room.objects.create(name="Attic"))
    assert version() != never
    CONFIGURATION.held = held
    assert "Attic" in room_names()
    assert len(current_configuration().rooms) == 3


@pytest.mark.django_db(transaction=True)
def test_a_change_between_two_queries_makes_no_mixture(cast: Cast) -> None:
    sundays, rooms = WorkingHours.objects.filter(weekday=6), Room.objects.all()
    before = rooms.count(), sundays.count()
    read: list[tuple[int, int]] = []

    def change() -> None:
        with transaction.atomic():
            Room.objects.create(name="Attic")
            WorkingHours.objects.create(therapist=cast.tess, weekday=6, starts=dt.time(9), ends=dt.time(10))

    def overtaken() -> tuple[int, int]:
        first = rooms.count()
        if not read:
            elsewhere(change)
        read.append((first, sundays.count()))
        return read[-1]

    assert PerVersion(overtaken).current() == (before[0] + 1, before[1] + 1)
    assert read[0] == (before[0], before[1] + 1), "this mixture was never so"
    assert len(read) == 2


@pytest.mark.django_db(transaction=True)
def test_a_page_goes_by_one_version_and_the_next_by_the_new_one(cast: Cast) -> None:
    with one_version():
        before = current_configuration()
        elsewhere(lambda: Room.objects.create(name="Attic"))
        assert current_configuration() is before
    assert len(current_configuration().rooms) == len(before.rooms) + 1


@pytest.mark.django_db(transaction=True)
def test_a_request_sees_its_own_changes_and_not_those_it_rolled_back(cast: Cast) -> None:
    with one_version():
        before = current_configuration().rooms
        with transaction.atomic():
            Room.objects.create(name="Attic")
            assert len(current_configuration().rooms) == len(before) + 1
            transaction.set_rollback(True)
        assert current_configuration().rooms == before
        Room.objects.create(name="Cellar")
        assert len(current_configuration().rooms) == len(before) + 1


@pytest.mark.django_db(transaction=True)
def test_changes_take_turns(cast: Cast) -> None:
    """Two changes side by side would each have a token that says nothing of the other."""
    done = threading.Event()
    with transaction.atomic():
        Room.objects.create(name="Attic")
        tokens = {version()}

        def change() -> None:
            Room.objects.create(name="Cellar")
            connection.close()
            done.set()

        other = threading.Thread(target=change)
        other.start()
        assert not done.wait(0.5)
    other.join(ELSEWHERE_SECONDS)
    assert done.is_set()
    assert version() not in tokens
    assert len(current_configuration().rooms) == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.invariant("I2")
def test_a_booking_that_waits_for_the_lock_learns_of_the_time_off_it_waited_for(cast: Cast) -> None:
    """Its configuration is read before the lock, and the version again within."""
    answers: list[object] = []
    current_configuration()

    def books() -> None:
        try:
            answers.append(booked(cast))
        except SlotTaken as refusal:
            answers.append(refusal.why)
        finally:
            connection.close()

    booking = threading.Thread(target=books)
    with transaction.atomic():
        lock_therapists([cast.mira.pk])
        TimeOff.objects.create(therapist=cast.mira, starts_at=cast.at(8), ends_at=cast.at(18))
        booking.start()
        wait_until(someone_waits_for_a_lock, "the booking waits for the therapist")
    booking.join(ELSEWHERE_SECONDS)
    assert answers == ["away"]
    assert not Appointment.objects.exists()


def someone_waits_for_a_lock() -> bool:
    """Whether a connection waits for a row that another has locked."""
    with connection.cursor() as cursor:
        # Another who locks the row waits for this transaction's end.
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
        return cursor.fetchone() is not None


def test_edits_without_a_pause_keep_nobody_waiting_and_nothing_of_them_is_kept(cast: Cast) -> None:
    def read_while_edited() -> int:
        Room.objects.update(position=len(readings))
        readings.append(len(readings))
        return len(readings)

    readings: list[int] = []
    value = PerVersion(read_while_edited)
    first = value.current()
    assert value.held is None
    assert value.current() > first
