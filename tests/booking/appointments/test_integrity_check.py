"""The nightly proof: run by beat and by cron alike, and loud where it finds something."""

import datetime as dt
from io import StringIO

import pytest
import time_machine
from celery.schedules import crontab
from django.core.management import CommandError, call_command
from django.utils import timezone

from booking.appointments.integrity import check_integrity, check_integrity_if_due
from booking.models import Appointment, Reminder
from booking.tasks import prove_bookings
from clinic.celery import app
from clinic.models import Heartbeat
from clinic.operations import health
from tests.booking.appointments.test_book import booked
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

BANNER = "manage.py verify"


@pytest.fixture
def broken(cast: Cast) -> Appointment:
    """A coming appointment that has lost a reminder."""
    appointment = booked(cast)
    Reminder.objects.filter(appointment=appointment, kind="reminder-24h").delete()
    return appointment


def ready(client: Browser) -> dict[str, dict[str, object]]:
    """The parts of the health page."""
    parts: dict[str, dict[str, object]] = client.get("/healthz/ready").json()["parts"]
    return parts


def test_beat_calls_it_each_night_by_a_name_that_exists() -> None:
    entry = app.conf.beat_schedule["prove"]
    assert entry["task"] == prove_bookings.name
    assert entry["task"] in app.tasks
    assert isinstance(entry["schedule"], crontab)
    assert str(entry["schedule"]).startswith("<crontab: 40 1 ")


def test_a_new_installation_is_not_ill_before_its_first_night(practice: object) -> None:
    assert health.bookings_part() == {"ok": True, "detail": "not proved yet"}


@pytest.mark.invariant("I1")
def test_a_sound_practice_is_well_on_the_health_page_and_at_the_desk(cast: Cast, client: Browser) -> None:
    booked(cast)
    prove_bookings()
    client.force_login(cast.owner)
    assert ready(client)["bookings"] == {"ok": True, "detail": "proved 0 h ago"}
    assert BANNER not in client.get("/desk/").content.decode()


@pytest.mark.invariant("I1")
def test_what_it_finds_is_loud_and_names_nobody(
    cast: Cast, broken: Appointment, client: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    prove_bookings()
    answer = client.get("/healthz/ready")
    assert answer.status_code == 503
    assert ready(client)["bookings"]["ok"] is False
    assert str(broken.public_id) not in answer.content.decode()
    assert str(broken.public_id) in caplog.text
    assert "Novak" not in caplog.text
    client.force_login(cast.owner)
    assert BANNER in client.get("/desk/").content.decode()


def test_once_repaired_verify_makes_it_well(cast: Cast, broken: Appointment) -> None:
    with pytest.raises(CommandError):
        call_command("verify", stderr=StringIO())
    assert not health.bookings_part()["ok"]
    broken.status = "cancelled"
    broken.save(update_fields=["status"])
    call_command("verify", stdout=StringIO())
    assert health.bookings_part()["ok"]


def test_two_nights_without_a_proof_are_a_fault(cast: Cast) -> None:
    check_integrity()
    now = timezone.now()
    with time_machine.travel(now + dt.timedelta(hours=49), tick=False):
        assert health.bookings_part()["ok"]
    with time_machine.travel(now + dt.timedelta(hours=51), tick=False):
        assert not health.bookings_part()["ok"]


def test_cron_proves_once_a_day(cast: Cast, broken: Appointment) -> None:
    assert len(check_integrity_if_due()) == 1
    assert check_integrity_if_due() == []
    Heartbeat.objects.filter(name="proof").update(at=timezone.now() - dt.timedelta(hours=25))
    said = StringIO()
    call_command("run_due", stdout=StringIO(), stderr=said)
    assert str(broken.public_id) in said.getvalue()
    assert Heartbeat.objects.get(name="proof").at > timezone.now() - dt.timedelta(minutes=1)
