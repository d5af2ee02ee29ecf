"""The desk's reports over a whole practice: a year of 100,000 appointments beside the year before, on one page."""

import datetime as dt
import time

from django.db.models import F
from django.test import Client as Browser

from bench import practice, scratch
from bench.rows import Row, p95, row
from booking.models import Appointment, Status
from clinic.models import Practice, User

APPOINTMENTS = 100_000
ROUNDS = 15
# What a person waits for without wondering, in milliseconds.
PATIENCE = 1_000


def measure() -> list[Row]:
    """The rows of this part."""
    with scratch.database("reports"):
        furnish_past()
        scratch.refresh()
        browser = owner()
        name = f"reports over {APPOINTMENTS:,} appointments"
        return [
            row(f"{name}: p95 of a {kind} / a second", took(browser, kind), PATIENCE, "ms", at_most=1)
            for kind in ("month", "year")
        ]


def furnish_past() -> None:
    """The diary of some years as it happened: booked ten days before, some missed, some cancelled in the last hours."""
    practice.fill_past(APPOINTMENTS)
    Appointment.objects.update(created_at=F("starts_at") - dt.timedelta(days=10), changed_at=F("starts_at"))
    missed = Appointment.objects.filter(status=Status.COMPLETED).annotate(turn=F("pk") % 50)
    missed.filter(turn=0).update(status=Status.NO_SHOW)


def owner() -> Browser:
    """A browser in which an owner is signed in."""
    here = Practice.current()
    here.second_factor_required = False
    here.save()
    user = User.objects.create_superuser("owner@example.org", "a password of the benchmark", name="Owner")
    browser = Browser()
    browser.force_login(user)
    return browser


def took(browser: Browser, kind: str) -> float:
    """Milliseconds in which 19 of 20 pages of reports were there: the day that is over last stands at the end."""
    day = practice.today() - dt.timedelta(days=1)
    times = []
    for _round in range(ROUNDS):
        begin = time.perf_counter()
        answer = browser.get(f"/desk/reports/?period={kind}&day={day}", headers={"host": "localhost"})
        times.append((time.perf_counter() - begin) * 1_000)
        assert answer.status_code == 200, answer.status_code
    return p95(times)
