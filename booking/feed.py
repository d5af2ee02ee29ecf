"""A therapist's own calendar (RFC 5545), for a phone that subscribes to a secret address."""

import datetime as dt

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from booking.calendar_file import PRODUCT
from booking.models import Appointment, Therapist
from booking.models.appointment import Status

# Behind today a calendar needs no more than what somebody may still look up.
BEHIND = dt.timedelta(days=30)
# Subscribed calendars ask again about this often; most programs decide for themselves.
AGAIN = "PT15M"


def feed_of(therapist: Therapist, now: dt.datetime) -> str:
    """The text of the calendar: visits that hold their time, from 30 days ago on. Two visits never share an entry.

    It says when and in which room, and nothing of the client or the service: phones and calendar servers belong to
    others (I10).
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Appointments of %(name)s") % {"name": therapist.name})
    calendar.add("x-published-ttl", AGAIN)
    visits = Appointment.objects.active().filter(therapist=therapist, ends_at__gt=now - BEHIND).select_related("room")
    for each in visits.order_by("starts_at"):
        calendar.add_component(event(each))
    return str(calendar.to_ical(), "utf-8")


def event(appointment: Appointment) -> Event:
    """One visit."""
    made = Event()
    name, _at, host = appointment.calendar_uid.rpartition("@")
    made.add("uid", f"{name}-desk@{host}")
    made.add("sequence", appointment.revision)
    made.add("dtstamp", appointment.changed_at.astimezone(dt.UTC))
    made.add("dtstart", appointment.starts_at.astimezone(dt.UTC))
    made.add("dtend", appointment.ends_at.astimezone(dt.UTC))
    made.add("summary", _("Appointment"))
    made.add("class", "PRIVATE")
    made.add("status", "TENTATIVE" if appointment.status in (Status.OFFERED, Status.REQUESTED) else "CONFIRMED")
    if appointment.room:
        made.add("location", appointment.room.name)
    return made
