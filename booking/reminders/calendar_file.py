"""An appointment as a calendar file (RFC 5545 and 5546): one UID for life, SEQUENCE its revision, nothing private."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from booking.models import Appointment, Status
from clinic.identity import mailed_form
from clinic.mail.message import envelope_sender, one_line
from clinic.models import Practice

PRODUCT = "-//Warmstone//Appointments//EN"
# Before the start: time to eat something light, and to be on the way.
ALARM = dt.timedelta(hours=2)
ICAL_STATUSES = {
    Status.OFFERED: "TENTATIVE",
    Status.REQUESTED: "TENTATIVE",
    Status.CANCELLED: "CANCELLED",
    Status.NO_SHOW: "CANCELLED",
}


def calendar_file(
    appointment: Appointment, practice: Practice, *, method: str, others: Iterable[Appointment] = ()
) -> str:
    """The text of the file. `method` is REQUEST (booked, moved), CANCEL, or PUBLISH for a download.

    `others` are appointments that the same mail tells of: each is a calendar of its own, one after the other (RFC 5545,
    3.4), because a REQUEST or CANCEL is about one UID (RFC 5546, 3.2.2). The mail carries each as a file
    (docs/decisions/0009-a-calendar-file-for-each-appointment.md).

    Times are in UTC, so every calendar shows them right, also over a clock change. The summary names the practice and
    neither the service nor the reason: calendars are shared with colleagues and families.
    """
    return "".join(single_event_calendar(each, practice, method=method) for each in (appointment, *others))


def single_event_calendar(appointment: Appointment, practice: Practice, *, method: str) -> str:
    """The calendar of one appointment."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(appointment_event(appointment, practice, method=method))
    return str(calendar.to_ical(), "utf-8")


def event_summary(practice: Practice) -> str:
    """What an entry in a calendar is called: the practice, and nothing of what is booked or for whom."""
    return _("Appointment at %(practice)s") % {"practice": practice.name}


def appointment_event(appointment: Appointment, practice: Practice, *, method: str) -> Event:
    """The event of one appointment."""
    made = Event()
    made.add("uid", appointment.calendar_uid)
    made.add("sequence", appointment.revision)
    made.add("dtstamp", appointment.changed_at.astimezone(dt.UTC))
    made.add("dtstart", appointment.starts_at.astimezone(dt.UTC))
    made.add("dtend", appointment.ends_at.astimezone(dt.UTC))
    made.add("summary", event_summary(practice))
    made.add("class", "PRIVATE")
    made.add(
        "status", "CANCELLED" if method == "CANCEL" else ICAL_STATUSES.get(Status(appointment.status), "CONFIRMED")
    )
    made.add("transp", "OPAQUE")
    if practice.address:
        made.add("location", practice.address)
    # Whom the mail comes from: calendars take no change from anybody else (RFC 5546, 6.1.1).
    organizer = vCalAddress(f"mailto:{envelope_sender()}")
    # A parameter's value can hold no quotation mark (RFC 5545, 3.1).
    organizer.params["cn"] = vText(one_line(practice.name).replace('"', "'"))
    made["organizer"] = organizer
    if method != "PUBLISH" and appointment.client.email:
        # A request without an attendee is nobody's; no answer is asked for, the appointment page takes it.
        attendee = vCalAddress(f"mailto:{mailed_form(appointment.client.email)}")
        attendee.params["role"] = vText("REQ-PARTICIPANT")
        attendee.params["partstat"] = vText("ACCEPTED")
        attendee.params["rsvp"] = vText("FALSE")
        made.add("attendee", attendee)
    if made["status"] != "CANCELLED":
        made.add_component(start_alarm(event_summary(practice)))
    return made


def start_alarm(words: str) -> Alarm:
    """The alarm of an event to come, two hours before it."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", -ALARM)
    return alarm
