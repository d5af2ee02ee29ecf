"""How the server is: a stranger reads one word, monitoring the names of parts, the team and STATUS_NETWORKS more."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from booking.tasks import sweep
from clinic import __version__
from clinic.celery import app
from clinic.mail import delivery_status
from clinic.models import DeliveryStatus, Heartbeat, User
from clinic.operations import disk, health
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

FAR = "203.0.113.9"
SAID = "535 5.7.8 <practice@example.org>: user front.desk may not sign in"


def ready(browser: Browser) -> dict[str, Any]:
    """What /healthz/ready says."""
    found: dict[str, Any] = browser.get("/healthz/ready").json()
    return found


@pytest.fixture
def paused(cast: Cast, settings: Settings) -> Cast:
    """A mail server that refuses our sign-in, and repeats the account."""
    settings.EMAIL_URL = "smtp+tls://front.desk:secret@mail.example.org:587"
    delivery_status.pause_mail(SAID)
    return cast


@pytest.mark.invariant("I8")
@pytest.mark.parametrize("who", ["stranger", "client"])
def test_a_stranger_reads_that_something_is_wrong_and_no_more(paused: Cast, who: str) -> None:
    browser = Browser(REMOTE_ADDR=FAR)
    if who == "client":
        browser.force_login(User.objects.create_user("ana@example.org", "x"))
    answer = browser.get("/healthz/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "unwell"})


@pytest.mark.invariant("I8")
def test_monitoring_reads_which_part_it_is_without_words(paused: Cast) -> None:
    parts = ready(Browser())["parts"]
    assert parts["mail_delivery"] == {"ok": False}
    assert parts["database"] == {"ok": True}
    assert {tuple(part) for part in parts.values()} == {("ok",)}
    assert ready(Browser())["version"] == __version__


@pytest.mark.parametrize("networks", [["203.0.113.0/24"], ["198.51.100.1/32", "203.0.113.9"]])
def test_a_network_that_is_named_reads_the_words_and_no_account_in_them(
    paused: Cast, settings: Settings, networks: list[str]
) -> None:
    assert "parts" not in ready(Browser(REMOTE_ADDR=FAR))
    settings.STATUS_NETWORKS = networks
    said = ready(Browser(REMOTE_ADDR=FAR))["parts"]["mail_delivery"]["detail"]
    assert said == "535 5.7.8 <(address)>: user (account) may not sign in"
    assert DeliveryStatus.objects.get().reason == said


def test_the_team_reads_the_words_from_anywhere(paused: Cast) -> None:
    for person in (paused.owner, paused.mira.user):
        assert person is not None
        browser = Browser(REMOTE_ADDR=FAR)
        browser.force_login(person)
        assert ready(browser)["parts"]["mail_delivery"]["detail"].startswith("535")


# The last backup -----------------------------------------------------------------------------------------------------


@pytest.fixture
def public(cast: Cast, settings: Settings) -> Cast:
    """A practice that others can open, set up two days ago."""
    settings.SITE_URL = "https://massage.example.org"
    settings.EMAIL_URL = "smtps://mail.example.org"
    User.objects.update(date_joined=timezone.now() - dt.timedelta(days=2))
    return cast


def on_top(person: User) -> str:
    """What the desk says to somebody on top of its first page."""
    browser = Browser()
    browser.force_login(person)
    return " ".join(str(banner) for banner in browser.get("/desk/").context["banners"])


def made(hours: int) -> None:
    """A backup, so long ago."""
    Heartbeat.objects.create(name=Heartbeat.BACKUP, at=timezone.now() - dt.timedelta(hours=hours))


@pytest.mark.parametrize(("hours", "ok"), [(1, True), (25, True), (27, False), (300, False)])
def test_a_backup_older_than_26_hours_is_told_to_monitoring_and_to_the_owner_alone(
    public: Cast, hours: int, ok: bool
) -> None:
    made(hours)
    assert ready(Browser())["parts"]["backup"] == {"ok": ok}
    assert ("no backup" in on_top(public.owner)) is not ok
    assert public.mira.user is not None
    assert "no backup" not in on_top(public.mira.user)
    browser = Browser()
    assert f"warmstone_backup_age_seconds {hours * 3600}"[:-3] in browser.get("/metrics").content.decode()


def test_a_practice_of_two_days_without_any_backup_is_told(public: Cast) -> None:
    assert health.backup_part() == {"ok": False, "detail": "never made, for 48 h"}
    assert "no backup" in on_top(public.owner)
    User.objects.update(date_joined=timezone.now())
    assert health.backup_part()["ok"]


def test_who_only_tries_it_out_needs_no_backup(cast: Cast) -> None:
    User.objects.update(date_joined=timezone.now() - dt.timedelta(days=2))
    assert health.backup_part()["ok"]
    made(300)
    assert health.backup_part()["ok"]


# Disks and clocks ----------------------------------------------------------------------------------------------------


def test_a_full_disk_is_told(public: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    made(1)
    assert health.disk_part()["ok"]
    monkeypatch.setattr(disk, "MINIMUM_FREE_BYTES", 0)
    monkeypatch.setattr(health, "MINIMUM_FREE_BYTES", disk.free_bytes(tmp_path) * 1000)
    assert ready(Browser())["parts"]["disk"] == {"ok": False}
    assert "disk of this server is nearly full" in on_top(public.owner)


def test_a_folder_that_is_not_there_has_no_room(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "gone"
    assert disk.free_bytes() == 0


def test_the_database_is_asked_for_room_on_its_disk(db: None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64kB'")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {disk.SPILL_SQL}")
        ((plan,),) = cursor.fetchall()
    sort = json.dumps(plan)
    assert '"Sort Space Type": "Disk"' in sort
    assert disk.check_database_disk() > 0


def test_a_database_without_room_is_told_by_the_sweep(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        disk, "SPILL_SQL", "DO $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$"
    )
    with pytest.raises(ExceptionGroup):
        sweep()
    assert health.jobs_part()["detail"] == "failed: check_database_disk (OperationalError)"
    monkeypatch.undo()
    sweep()
    assert health.jobs_part()["ok"]
    assert "booking.tasks.sweep" in {entry["task"] for entry in app.conf.beat_schedule.values()}


@pytest.mark.parametrize(("shift", "ok"), [(0, True), (50, True), (70, False), (-7200, False)])
def test_clocks_that_differ_are_told(cast: Cast, shift: int, ok: bool) -> None:
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=shift)):
        assert ready(Browser())["parts"]["clocks"] == {"ok": ok}
        assert ("clocks of this server" in on_top(cast.owner)) is not ok
