"""No list of the desk asks the database more often because it is longer."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.appointments.screening import SafetyAnswers, screen_order
from booking.models import Holiday, Status, TimeOff, WaitlistEntry
from booking.payments.actions import record_payment
from booking.payments.receipts import issue_receipt
from booking.scheduling.order import Order
from clients.intake.screening import record_screening
from clients.models import Client
from clients.record.attachments import keep_attachment
from clinic.models import MailState, OutgoingMail
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
# Each list with the most queries that it may ask in all: who is signed in, for which practice, and that it was read.
LISTS = {
    "/desk/week/?who=all&day={day}&show=list": 14,
    "/desk/takings/": 14,
    "/desk/waitlist/": 14,
    "/desk/messages/": 14,
    "/desk/messages/?q=ana": 16,
    "/desk/time-off/": 15,
    "/desk/clients/": 14,
    "/desk/clients/doubles/": 16,
    "/desk/clients/{ana}/documents/": 16,
    "/desk/clients/{ana}/payments/": 18,
    "/desk/clients/{ana}/messages/": 16,
    "/desk/clients/{ana}/log/": 14,
    "/desk/settings/closed/": 16,
}


def make_one_more(cast: Cast, number: int) -> None:
    """One more of everything that some list has a line of."""
    client = Client.objects.create(first_name="Kim", last_name=f"Number {number}", email=f"kim{number}@example.org")
    started = cast.at(9 + number % 6) - dt.timedelta(days=14 + 7 * number)
    for who in (client, cast.ana):
        done = cast.appointment(started, client=who, status=Status.COMPLETED)
        started += dt.timedelta(days=1)
        record_payment(done, amount=done.price, method="cash", by=cast.owner)
        issue_receipt(done, practice=cast.practice, by=cast.owner)
    cast.appointment(cast.at(9) + dt.timedelta(hours=2 * (number % 4), days=number // 4), client=client)
    screened = screen_order(Order.of(cast.regular), SafetyAnswers(), practice=cast.practice)
    WaitlistEntry.objects.create(
        client=client,
        service=cast.regular,
        therapist=cast.mira,
        screening=record_screening(client, technique_slug=cast.regular.technique, screened=screened),
        weekdays=[1],
        from_time=dt.time(9),
        until_time=dt.time(17),
        first_date=cast.day(),
        last_date=cast.day(),
    )
    OutgoingMail.objects.create(
        kind="confirmation",
        to_email=cast.ana.email,
        to_name="Ana Lind",
        subject="Your appointment",
        text="Hello",
        message_id=f"<{number}@x>",
        state=MailState.SENT,
        sent_at=timezone.now(),
    )
    keep_attachment(cast.ana, b"%PDF-" + str(number).encode(), appointment=None, by=cast.owner, label="A letter")
    begins = cast.at(9) + dt.timedelta(days=60 + number)
    TimeOff.objects.create(therapist=cast.jonas, starts_at=begins, ends_at=begins + dt.timedelta(hours=8))
    Holiday.objects.create(date=begins.date(), name=f"Day {number}", closed=True)


def test_a_longer_list_costs_no_more(cast: Cast, desk: Browser) -> None:
    asked: list[dict[str, int]] = []
    for numbers in (range(2), range(2, 8)):
        for number in numbers:
            make_one_more(cast, number)
        counts = {}
        for path in LISTS:
            address = path.format(day=cast.day(), ana=cast.ana.public_id)
            desk.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(address).status_code == 200, address
            counts[path] = len(queries)
        asked.append(counts)
    few, many = asked
    assert {path: (few[path], many[path]) for path in LISTS if many[path] > few[path]} == {}
    assert {path: many[path] for path, most in LISTS.items() if many[path] > most} == {}
