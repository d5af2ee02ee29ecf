"""Scenario 40: a long past costs nothing.

1,000 appointments and 100,000: the same questions, answered through an index.
"""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import practice
from booking.appointments.booking_request import PersonDetails
from booking.appointments.screening import SafetyAnswers
from booking.errors import SlotTaken
from booking.models import Appointment, Service, Therapist
from booking.scheduling import schedule
from booking.scheduling.configuration import current_configuration
from booking.scheduling.order import Order
from clinic.models import Practice
from tests.fixtures.actions import book, move

pytestmark = [pytest.mark.slow, pytest.mark.sql]
APPOINTMENTS = 'FROM "booking_appointment"'
DAYS = dt.timedelta(days=30)


def questions() -> list[str]:
    """What a month of times asks the database."""
    today = practice.today()
    current_configuration()
    with CaptureQueriesContext(connection) as asked:
        assert schedule.month_of(Order.of(Service.objects.get()), first=today, last=today + DAYS).offers
    return [each["sql"] for each in asked]


def plan_of_the_appointments(asked: list[str]) -> str:
    """How PostgreSQL reads the appointments of that month."""
    (busy,) = [sql for sql in asked if "kit_blocked_until" in sql]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE booking_appointment")
    return plan_of(busy)


def test_40_a_hundred_thousand_past_appointments_cost_no_query_and_are_not_read(db: None) -> None:
    practice.furnish()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table with waiting checks can be altered
    practice.forgo_constraints()
    practice.fill_past(1_000)
    few = questions()
    practice.fill_past(100_000, already=1_000)
    many = questions()
    assert Appointment.objects.count() == 100_000
    assert len(many) == len(few) == 2 + 1  # and the one with which this test asks for the service
    plan = plan_of_the_appointments(many)
    assert "using appointment_busy" in plan or "on appointment_busy" in plan, plan
    assert "Seq Scan on booking_appointment" not in plan


def test_booking_moving_and_the_days_at_the_desk_read_hardly_an_appointment_in_vain(db: None) -> None:
    practice.furnish()
    practice.fill_past(5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE booking_appointment")
    service, therapist = Service.objects.get(), Therapist.objects.all()[0]
    start = dt.datetime.combine(practice.today() + DAYS, dt.time(10), Practice.current().zone)
    start += (start.isoweekday() == 7) * dt.timedelta(days=1)
    guest = PersonDetails(first_name="Ana", last_name="Guest", email="guest@example.org", phone="030 5550 300")
    current_configuration()
    with CaptureQueriesContext(connection) as asked:

        def booked() -> Appointment:
            return book(
                service=service,
                start=start,
                therapist=therapist,
                client=guest,
                answers=SafetyAnswers(),
                policy_accepted=True,
                via=Appointment.Via.API,
            )

        first = booked()
        with pytest.raises(SlotTaken):
            booked()
        move(first, start=start + dt.timedelta(days=7), via=Appointment.Via.DESK)
        assert not Appointment.objects.touching(start, start + dt.timedelta(days=1)).exists()
    about_appointments = [
        each["sql"] for each in asked if each["sql"].lstrip("(").startswith("SELECT") and APPOINTMENTS in each["sql"]
    ]
    assert len(about_appointments) > 6
    with connection.cursor() as cursor:
        # Of five hundred clients PostgreSQL rather reads all than looks one up; of a practice's, not.
        cursor.execute("SET LOCAL enable_seqscan = off")
    for sql in about_appointments:
        in_vain = re.findall(r"Rows Removed by .*: (\d+)", plan_of(sql, "EXPLAIN ANALYZE "))
        assert sum(map(int, in_vain)) < 20, plan_of(sql)


def plan_of(sql: str, how: str = "EXPLAIN ") -> str:
    """How PostgreSQL answers a question."""
    with connection.cursor() as cursor:
        cursor.execute(how + sql.replace("%", "%%"))
        return "\n".join(line for (line,) in cursor.fetchall())
