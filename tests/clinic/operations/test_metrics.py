"""/metrics: what Prometheus reads, who may, and that it names nobody."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from booking.models import PrivateCalendar
from clinic.mail import delivery_status, ledger
from clinic.models import DeliveryStatus, Heartbeat, MailState, OutgoingMail, User
from clinic.operations import metrics
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
LINE = re.compile(r"^[a-z_]+(\{[a-z]+=\"[a-z0-9]+\"\})? [0-9.e+-]+$")
FAR = "203.0.113.9"


def mail(**changed: object) -> None:
    """A mail that waits to be sent, or stands as said."""
    row = ledger.queue_mail(kind="staff", to="ana@example.org", name="Ana Lind", subject="Hello", text="Hi")
    OutgoingMail.objects.filter(pk=row.pk).update(**changed)


def values() -> dict[str, float]:
    """Every sample by name and labels; fails for a line that Prometheus would not read."""
    samples = {}
    for line in metrics.metrics_text().splitlines():
        if not line.startswith("#"):
            assert LINE.match(line), line
            name, value = line.rsplit(" ", 1)
            samples[name] = float(value)
    return samples


def test_mails_are_counted_by_state_and_none_is_left_out(practice: object) -> None:
    for state in (MailState.SENT, MailState.SENT, MailState.FAILED, MailState.RETRYING, MailState.UNCERTAIN):
        mail(state=state, next_try_at=timezone.now() + dt.timedelta(hours=1))
    said = values()
    assert {name: value for name, value in said.items() if name.startswith("warmstone_mails{")} == {
        f'warmstone_mails{{state="{state}"}}': {"sent": 2.0, "failed": 1.0, "retrying": 1.0, "uncertain": 1.0}.get(
            state, 0.0
        )
        for state in MailState.values
    }
    assert said["warmstone_mails_due"] == said["warmstone_mail_oldest_due_seconds"] == 0


def test_the_oldest_due_mail_is_the_one_that_waits_longest(practice: object) -> None:
    now = timezone.now()
    mail(next_try_at=now - dt.timedelta(minutes=5))
    mail(next_try_at=now - dt.timedelta(minutes=50), state=MailState.SENT)
    mail(next_try_at=now + dt.timedelta(minutes=5))
    mail(next_try_at=now - dt.timedelta(minutes=7), state=MailState.SENDING, lease_until=now - dt.timedelta(seconds=1))
    mail(next_try_at=now - dt.timedelta(minutes=9), state=MailState.SENDING, lease_until=now + dt.timedelta(minutes=1))
    said = values()
    assert said["warmstone_mails_due"] == 2
    assert 420 <= said["warmstone_mail_oldest_due_seconds"] < 480


def test_the_age_of_each_sweep_the_pause_and_the_silence_are_told(practice: object) -> None:
    Heartbeat.objects.create(name="mail", at=timezone.now() - dt.timedelta(seconds=100))
    said = values()
    assert 100 <= said['warmstone_sweep_age_seconds{sweep="mail"}'] < 160
    assert 'warmstone_sweep_age_seconds{sweep="reminders"}' not in said
    assert said["warmstone_mail_paused"] == said["warmstone_mail_down_seconds"] == 0
    delivery_status.pause_mail("535 no")
    delivery_status.note_unreachable("no route to host")
    DeliveryStatus.objects.update(down_since=timezone.now() - dt.timedelta(seconds=100))
    assert values()["warmstone_mail_paused"] == 1
    assert 100 <= values()["warmstone_mail_down_seconds"] < 160


def test_jobs_that_failed_are_counted_and_a_problem_with_the_bookings_is_none(practice: object) -> None:
    Heartbeat.objects.create(name="offer_free_times", trouble="RuntimeError")
    Heartbeat.objects.create(name=Heartbeat.PROOF, trouble="2")
    Heartbeat.objects.create(name="mail_approved_plans")
    assert values()["warmstone_jobs_failed"] == 1


def test_every_metric_says_what_it_is(practice: object) -> None:
    lines = metrics.metrics_text().splitlines()
    named = {line.split()[2] for line in lines if line.startswith("# HELP")}
    assert named == {line.split()[2] for line in lines if line.startswith("# TYPE") and line.endswith(" gauge")}
    assert {name.split("{")[0] for name in values()} <= named


def test_private_calendars_that_fail_are_counted(cast: Cast) -> None:
    for trouble, active in (("", True), ("gone", True), ("gone", False)):
        PrivateCalendar.objects.create(therapist=cast.mira, name="Home", trouble=trouble, active=active, sealed=b"")
    found = values()
    assert (found["warmstone_private_calendars"], found["warmstone_private_calendars_failing"]) == (2, 1)


def test_no_name_and_no_address_is_told(practice: object) -> None:
    mail(state=MailState.FAILED, reply="550 ana@example.org unknown")
    assert "ana" not in metrics.metrics_text().lower().replace("warmstone_", "")


def test_a_long_ledger_costs_eight_queries(practice: object, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(5):
        mail()
    with django_assert_num_queries(8):
        metrics.metrics_text()


@pytest.mark.invariant("I8")
@pytest.mark.parametrize(
    ("peer", "forwarded", "status"),
    [
        ("127.0.0.1", "", 200),
        ("10.1.2.3", "", 200),
        ("", "", 200),
        ("::1", "192.168.1.7", 200),
        (FAR, "", 404),
        ("127.0.0.1", FAR, 404),
        ("127.0.0.1", f"127.0.0.1, {FAR}", 404),
        (FAR, "127.0.0.1", 404),
    ],
)
def test_only_near_addresses_are_answered(practice: object, peer: str, forwarded: str, status: int) -> None:
    headers = {"REMOTE_ADDR": peer} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
    answer = Browser(**headers).get("/metrics")  # type: ignore[arg-type] # part of the WSGI environment
    assert answer.status_code == status
    if status == 200:
        assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.invariant("I8")
def test_from_afar_a_signed_in_owner_is_answered_and_nobody_else(practice: object) -> None:
    owner = User.objects.create_superuser("o@example.org", "x")
    staff = User.objects.create_user("s@example.org", "x", is_staff=True)
    for person, status in ((owner, 200), (staff, 404)):
        browser = Browser(REMOTE_ADDR=FAR)
        browser.force_login(person)
        assert browser.get("/metrics").status_code == status
    assert Browser().post("/metrics").status_code == 405
