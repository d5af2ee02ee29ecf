"""A job of the sweep that fails is named where people look, until it is done again."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.utils import timezone

import booking.tasks
import booking.upkeep
import clinic.tasks
from booking.management.commands import run_due
from clinic.models import Heartbeat, Practice
from clinic.operations import health
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
FAILED = "Some of the work that runs by itself failed"


def test_a_job_that_failed_is_named_where_people_look_until_it_is_done_again(
    cast: Cast, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offer_free_times(_practice: Practice) -> int:
        raise RuntimeError("Lena Novak cannot be offered anything")

    booking.tasks.sweep()
    long_ago = timezone.now() - dt.timedelta(hours=1)
    Heartbeat.objects.filter(name="offer_free_times").update(at=long_ago)
    client.force_login(cast.owner)
    with monkeypatch.context() as patch:
        patch.setattr(booking.upkeep, "offer_free_times", offer_free_times)
        with pytest.raises(ExceptionGroup):
            booking.tasks.sweep()
    assert Heartbeat.objects.get(name="offer_free_times").at == long_ago
    assert health.jobs_part() == {"ok": False, "detail": "failed: offer_free_times (RuntimeError)"}
    answer = client.get("/healthz/ready")
    assert answer.status_code == 503
    assert "Novak" not in answer.content.decode()
    assert FAILED in client.get("/desk/").content.decode()
    booking.tasks.sweep()
    assert health.jobs_part() == {"ok": True, "detail": "none failed"}
    assert Heartbeat.objects.get(name="offer_free_times").at > long_ago
    assert FAILED not in client.get("/desk/").content.decode()


def test_an_erasure_that_fails_in_the_night_is_named_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def anonymise_due(_practice: Practice) -> int:
        raise RuntimeError

    monkeypatch.setattr(booking.upkeep, "anonymise_due", anonymise_due)
    with pytest.raises(ExceptionGroup):
        booking.tasks.finish_erasures()
    assert health.jobs_part()["detail"] == "failed: anonymise_due (RuntimeError)"


CELERY = {
    "rescreen_coming_appointments": booking.tasks.sweep,
    "offer_free_times": booking.tasks.sweep,
    "sweep_reminders": booking.tasks.sweep,
    "mail_approved_plans": booking.tasks.sweep,
    "send_staff_notices": booking.tasks.sweep,
    "send_due": clinic.tasks.send_mail,
    "anonymise_due": booking.tasks.finish_erasures,
}


def test_what_failed_under_cron_is_well_once_a_worker_has_done_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(job: str) -> Callable[..., int]:
        def fails(*_given: object) -> int:
            raise RuntimeError

        fails.__name__ = job
        return fails

    with monkeypatch.context() as patch:
        for job in CELERY:
            patch.setattr(run_due if hasattr(run_due, job) else booking.upkeep, job, failing(job))
        with pytest.raises(ExceptionGroup):
            call_command("run_due")
    assert all(f"{job} (RuntimeError)" in health.jobs_part()["detail"] for job in CELERY)
    for task in dict.fromkeys(CELERY.values()):
        task()
        well = [job for job, done_by in CELERY.items() if done_by is task]
        assert not health.jobs_part()["ok"] or task is booking.tasks.finish_erasures
        assert not [job for job in well if job in health.jobs_part()["detail"]]
    assert health.jobs_part()["ok"]


def test_a_proof_that_failed_under_cron_is_well_once_a_worker_has_proved(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> list[str]:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(run_due, "check_integrity_if_due", fails)
        with pytest.raises(ExceptionGroup):
            call_command("run_due")
    assert not health.jobs_part()["ok"]
    booking.tasks.prove_bookings()
    assert health.jobs_part()["ok"]


def test_a_worker_that_cannot_send_is_named_and_cron_heals_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def send_due() -> int:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(clinic.tasks, "send_due", send_due)
        with pytest.raises(ExceptionGroup):
            clinic.tasks.send_mail()
    assert health.jobs_part()["detail"] == "failed: send_due (RuntimeError)"
    call_command("run_due")
    assert health.jobs_part()["ok"]
