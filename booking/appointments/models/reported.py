"""What reports count, each rule once: whether an appointment kept its time, took place, was cancelled late, was its
client's first, or was followed by another."""

import datetime as dt

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Min, Q, RowRange, Value, Window
from django.db.models.functions import Coalesce

from booking.appointments.models.appointment import BOOKED, Appointment, AppointmentQuerySet, Status
from clinic.models import Practice

# What was never more than held for somebody on the waitlist is nobody's appointment.
NEVER_BOOKED = Q(offer__isnull=False) & ~Q(offer__outcome="accepted")
# Somebody who books before they leave does so within this time of the session's end.
BEFORE_LEAVING = dt.timedelta(hours=4)
# An appointment further off than this has nothing to do with the session before it.
LATEST_REBOOKING = dt.timedelta(days=366)


def kept_time() -> Q:
    """The therapist's time was taken: booked and not cancelled, whether the client came or not."""
    return Q(status__in=[*BOOKED, Status.NO_SHOW])


def took_place() -> Q:
    """The client came, or is to come: confirmed or completed."""
    return Q(status__in=[Status.CONFIRMED, Status.COMPLETED])


def cancelled_late(practice: Practice) -> Q:
    """Cancelled by the client when it was too late to do so free of charge: the service's own hours win."""
    hours = Coalesce(F("service__cancel_cutoff_hours"), Value(practice.cancel_cutoff_hours))
    cutoff = ExpressionWrapper(hours * Value(dt.timedelta(hours=1)), output_field=DurationField())
    latest = ExpressionWrapper(F("starts_at") - cutoff, output_field=DateTimeField())
    return Q(status=Status.CANCELLED, cancelled_by_client=True, changed_at__gt=latest) & ~NEVER_BOOKED


def first_appointments(since: dt.datetime, until: dt.datetime) -> AppointmentQuerySet:
    """The first appointments of clients, not cancelled, that begin in [since, until)."""
    kept = Appointment.objects.filter(kept_time())
    firsts = kept.values("client_id").annotate(first=Min("starts_at")).filter(first__gte=since, first__lt=until)
    came = kept.filter(client_id__in=firsts.order_by().values("client_id"))
    return came.order_by("client_id", "starts_at").distinct("client_id")


def booked_again(
    appointments: AppointmentQuerySet, within: dt.timedelta, *, since: dt.datetime, until: dt.datetime
) -> AppointmentQuerySet:
    """The completed sessions among these, beginning in [since, until), whose client had a later appointment booked so
    long after their end, or before it."""
    soonest_booked = Window(
        Min("created_at"), partition_by="client_id", order_by=F("starts_at").desc(), frame=RowRange(end=-1)
    )
    kept = Appointment.objects.filter(kept_time(), starts_at__gte=since, starts_at__lt=until + LATEST_REBOOKING)
    latest = ExpressionWrapper(F("ends_at") + Value(within), output_field=DateTimeField())
    # Whatever else is asked stands outside: beside a window it would take later appointments out of it.
    followed = kept.annotate(next_booked=soonest_booked).filter(next_booked__lte=latest)
    return appointments.filter(
        pk__in=followed.values("pk"), status=Status.COMPLETED, starts_at__gte=since, starts_at__lt=until
    )
