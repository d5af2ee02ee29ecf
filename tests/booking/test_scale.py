"""Scenario 40: a long past costs nothing. 1,000 visits and 100,000: the same questions, answered through an index."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import practice as measured
from booking import diary
from booking.models import Appointment, Service

pytestmark = pytest.mark.slow
DAYS = dt.timedelta(days=30)


def questions() -> list[str]:
    """What a month of times asks the database."""
    today = measured.today()
    with CaptureQueriesContext(connection) as asked:
        assert diary.month_of(Service.objects.get(), first=today, last=today + DAYS).offers
    return [each["sql"] for each in asked]


def plan_of_the_visits(asked: list[str]) -> str:
    """How PostgreSQL reads the visits of that month."""
    (busy,) = [sql for sql in asked if "kit_blocked_until" in sql]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE booking_appointment")
        cursor.execute("EXPLAIN " + busy.replace("%", "%%"))
        return "\n".join(line for (line,) in cursor.fetchall())


def test_40_a_hundred_thousand_past_visits_cost_no_query_and_are_not_read(catalogue: None) -> None:
    measured.furnish()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table with waiting checks can be altered
    measured.forgo_constraints()
    measured.fill_past(1_000)
    few = questions()
    measured.fill_past(100_000, already=1_000)
    many = questions()
    assert Appointment.objects.count() == 100_000
    assert len(many) == len(few) <= 6 + 1  # and the one with which this test asks for the service
    plan = plan_of_the_visits(many)
    assert "using appointment_busy" in plan or "on appointment_busy" in plan, plan
    assert "Seq Scan on booking_appointment" not in plan
