"""Links that put an appointment into a calendar on the web: plain addresses, built here, loading nothing.

Whoever taps one hands time, place and the practice's name to that company, and nothing else: as in the calendar file,
neither the service nor who comes. Google documents its address as event templates, Microsoft's is the compose page
of Outlook.com with `path` and `rru`.
"""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from booking.models import Appointment, Status
from booking.reminders.calendar_file import event_summary
from clinic.models import Practice

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/action/compose"


@dataclass(frozen=True)
class CalendarLink:
    """One of them: the calendar's name, which is its owner's own word, and the address."""

    name: str
    url: str


def calendar_links(appointment: Appointment, practice: Practice) -> list[CalendarLink]:
    """The links for what is booked and ahead. Nothing tells such an entry of a later change, so a request has none."""
    if appointment.status != Status.CONFIRMED or not appointment.is_ahead:
        return []
    starts, ends = (at.astimezone(dt.UTC) for at in (appointment.starts_at, appointment.ends_at))
    summary = event_summary(practice)
    google = {
        "action": "TEMPLATE",
        "text": summary,
        "dates": f"{starts:%Y%m%dT%H%M%SZ}/{ends:%Y%m%dT%H%M%SZ}",
        "location": practice.address,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": summary,
        "startdt": f"{starts:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
        "location": practice.address,
    }
    return [
        CalendarLink("Google Calendar", f"{GOOGLE}?{urlencode(google)}"),
        CalendarLink("Outlook.com", f"{OUTLOOK}?{urlencode(outlook)}"),
    ]
