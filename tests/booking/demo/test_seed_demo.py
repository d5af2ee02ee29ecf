"""The demo practice: one that makes sense to a therapist, and that seeding again leaves alone."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from booking.appointments.integrity import integrity_problems
from booking.appointments.recall import lapsed, lapsed_clients
from booking.demo import PASSWORD
from booking.models import (
    Appointment,
    Receipt,
    Reminder,
    Room,
    Series,
    Service,
    SessionNote,
    Status,
    StoneKit,
    Therapist,
    WaitlistEntry,
    WaitlistOffer,
)
from booking.scheduling.order import Order
from booking.scheduling.schedule import next_free_times
from clients.models import Attachment, CarePlan, Client, Intake
from clinic.accounts.roles import role_of
from clinic.models import Practice, User
from clinic.models.invitation import Role
from tests.fixtures.sweeps import offer_free_times
from tests.sweeps.snapshot import snapshot

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def seeded() -> str:
    """Seed, and return what was said."""
    out = StringIO()
    call_command("seed_demo", stdout=out)
    return out.getvalue()


def test_the_demo_is_a_practice_to_look_around_in_and_seeding_again_changes_nothing() -> None:
    said = seeded()
    assert "mira@stillwater.example" in said
    assert [each.minutes for each in Service.objects.order_by("position")] == [25, 60, 90, 75, 90]
    assert (Therapist.objects.count(), Room.objects.count(), StoneKit.objects.count()) == (3, 2, 1)
    assert not Therapist.objects.get(name="Tess Okafor").services.filter(needs_kit=True).exists()
    assert Therapist.objects.get(name="Jonas Weber").hours.filter(weekday=0).count() == 2
    front = User.objects.get(email="front@stillwater.example")
    assert front.check_password(PASSWORD)
    assert "front@stillwater.example" in said
    assert role_of(front) == Role.FRONT_DESK
    assert not front.has_perm("clinic.read_health_records")
    assert Practice.current().confirmation_delay_minutes == 0
    assert Client.objects.count() == 34
    # Two filled the health form again, and said other things.
    assert Intake.objects.count() == CarePlan.objects.count() == 36
    recall = lapsed_clients(lapsed(12), weeks=12)
    assert {str(each.client): bool(each.obstacle) for each in recall} == {
        "Otto Brenner": False,
        "Selma Yilmaz": False,
        "Gustav Holm": True,
        "Irene Moss": False,
    }
    # Its people show each part of care: released, waiting for a doctor, and a question still open.
    assert CarePlan.objects.filter(provisional=True).exists()
    assert {"ok", "doctor-before-massage"} <= set(CarePlan.objects.values_list("triage", flat=True))
    now = timezone.now()
    past = Appointment.objects.filter(starts_at__lt=now - dt.timedelta(days=90))
    assert past.filter(status=Status.COMPLETED).count() > 20
    assert Appointment.objects.upcoming().count() > 20
    assert SessionNote.objects.exclude(signed_at=None).count() > 100
    assert all(next_free_times(Order.of(service)) for service in Service.objects.all())
    assert not Reminder.objects.filter(state="due", due_at__lt=now - dt.timedelta(minutes=1)).exists()
    assert [series.appointments.count() for series in Series.objects.order_by("pk")] == [6, 4]
    assert not list(integrity_problems())
    assert WaitlistEntry.objects.live().count() == 3
    assert WaitlistOffer.objects.get().appointment.status == Status.OFFERED
    assert (Attachment.objects.doctor_notes().count(), Attachment.objects.documents().count()) == (1, 2)
    assert Receipt.objects.count() >= 5
    assert offer_free_times() == 0  # what they wait for is taken, until somebody cancels it
    before = snapshot()
    assert "nothing changed" in seeded()
    assert snapshot() == before
