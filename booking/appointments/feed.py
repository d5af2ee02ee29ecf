"""A therapist's own calendar (RFC 5545), for a phone that subscribes to a secret address; only its hash is stored."""

import datetime as dt
import secrets

from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from booking.models import Appointment, Status, Therapist
from booking.reminders.calendar_file import PRODUCT
from clinic.models.links import token_digest

# Behind today a calendar needs no more than what somebody may still look up.
DAYS_BEFORE_NOW = dt.timedelta(days=30)
# Subscribed calendars ask again about this often; most programs decide for themselves.
REFRESH_EVERY = "PT15M"


def therapist_feed(therapist: Therapist, now: dt.datetime) -> str:
    """The text of the calendar: appointments that hold their time, from 30 days ago on.

    Two appointments never share an entry.

    It says when and in which room, and nothing of the client or the service: phones and calendar servers belong to
    others (I10).
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Appointments of %(name)s") % {"name": therapist.name})
    calendar.add("x-published-ttl", REFRESH_EVERY)
    appointments = (
        Appointment.objects.active()
        .filter(therapist=therapist, ends_at__gt=now - DAYS_BEFORE_NOW)
        .select_related("room")
    )
    for each in appointments.order_by("starts_at"):
        calendar.add_component(feed_event(each))
    return str(calendar.to_ical(), "utf-8")


def feed_event(appointment: Appointment) -> Event:
    """The calendar entry of one appointment."""
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


def create_feed(therapist: Therapist) -> str:
    """Make a new secret and return it, this once; the one before opens nothing from now on."""
    secret = secrets.token_urlsafe(32)
    therapist.feed_digest, therapist.feed_created_at = token_digest(secret), timezone.now()
    therapist.save(update_fields=["feed_digest", "feed_created_at"])
    return secret


def delete_feed(therapist: Therapist) -> None:
    """Take the address away: phones that subscribed to it learn nothing more."""
    therapist.feed_digest = therapist.feed_created_at = None
    therapist.save(update_fields=["feed_digest", "feed_created_at"])
