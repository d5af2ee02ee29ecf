"""May this mail still go? One reminder is asked in Python, all that wait in SQL, and both answer alike (I5)."""

import datetime as dt
from collections import Counter

import pytest
from django.utils import timezone

from booking.models import Appointment, Reminder, Status
from booking.reminders.kind import reminder_kinds
from booking.reminders.still_true import mails_of_reminder, no_longer_true, reason_not_to_send
from clients.models import Client
from clinic.mail import ledger
from clinic.models import OutgoingMail
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
AS_IT_IS: dict[str, object] = {"erased_at": None, "reminders_wanted": True, "tips_wanted": True}
CHANGES: list[dict[str, object]] = [
    {},
    {"erased_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
    {"reminders_wanted": False},
    {"tips_wanted": False},
]


@pytest.mark.invariant("I5")
def test_one_reminder_and_all_that_wait_are_judged_alike(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12))
    later = timezone.now() + dt.timedelta(days=1)
    kinds = [kind.code for kind in reminder_kinds()]
    reminders = [
        Reminder.objects.create(
            appointment=appointment,
            kind=kind,
            revision=0,
            due_at=timezone.now(),
            not_after=later,
            mail=ledger.queue_mail(kind=kind, to="ana@example.org", subject="s", text="t"),
        )
        for kind in kinds
    ]
    goes: Counter[str] = Counter()
    for status in Status.values:
        for revision in (0, 1):
            Appointment.objects.update(status=status, revision=revision)
            for change in CHANGES:
                Client.objects.update(**(AS_IT_IS | change))
                now = Appointment.objects.with_people().get()
                why = {each.kind: reason_not_to_send(each, now, now=timezone.now()) for each in reminders}
                found = set(
                    OutgoingMail.objects.filter(mails_of_reminder(no_longer_true)).values_list("kind", flat=True)
                )
                assert found == {kind for kind in kinds if why[kind]}, (status, revision, change, why)
                goes.update(set(kinds) - found)
    assert all(0 < goes[kind] < len(Status.values) * 2 * len(CHANGES) for kind in kinds), goes
