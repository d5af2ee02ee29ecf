"""It is off, with a calendar file that takes it out; with times instead where the practice cancelled."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment, Status
from booking.reminders.combined_lines import appointment_lines
from booking.reminders.context import MailContext
from booking.reminders.links import booking_page
from booking.reminders.timing import News
from booking.scheduling import schedule
from booking.scheduling.order import order_as_booked
from clinic.mail.kinds import register_kind

TIMES_INSTEAD = 3
# By whether the mail tells of several appointments; what it opens with also by whether the practice cancelled.
HEADINGS = {
    False: gettext_lazy("Your appointment is cancelled"),
    True: gettext_lazy("Your appointments are cancelled"),
}
OPENINGS = {
    (True, True): gettext_lazy("We are sorry: we have to cancel these appointments."),
    (True, False): gettext_lazy("We are sorry: we have to cancel this appointment."),
    (False, True): gettext_lazy("These appointments are cancelled as you asked, and their times are free again:"),
    (False, False): gettext_lazy("This appointment is cancelled as you asked, and its time is free again:"),
}
CLOSINGS = {
    False: gettext_lazy(
        "The attached calendar file takes it out of your calendar. We are glad to see you another time."
    ),
    True: gettext_lazy(
        "The attached calendar file takes them out of your calendar. We are glad to see you another time."
    ),
}


@register_kind
class Cancelled(News):
    """Told at once."""

    code, label = "cancelled", gettext_lazy("cancelled")
    statuses, wrong_status = frozenset({Status.CANCELLED}), gettext_lazy("The appointment is not cancelled.")
    calendar = "CANCEL"

    def context(self, mail: MailContext) -> dict[str, Any]:
        """All appointments of the mail, who cancelled, and what can be booked instead."""
        appointment, others = mail.appointment, mail.others(self.code)
        by_us, several = not appointment.cancelled_by_client, bool(others)
        return {
            "heading": HEADINGS[several],
            "opening": OPENINGS[by_us, several],
            "closing": CLOSINGS[several],
            "times": times_instead(mail, others) if by_us else [],
            # Nobody has to find the way to what is off.
            **({"address": ""} if several else {}),
            "appointments": appointment_lines([appointment, *others], mail.practice, lambda _appointment: ""),
            "button_url": booking_page(appointment.service),
            "button_label": _("Book another time"),
        }


def times_instead(mail: MailContext, others: Sequence[Appointment]) -> list[dict[str, str]]:
    """A few free times near one that we had to cancel, each with its address; of several, one near each of the first.

    None once the service is off.
    """
    if not others:
        return [free_time(mail, mail.appointment, start) for start in starts_near(mail.appointment)]
    found: dict[dt.datetime, Appointment] = {}
    for each in sorted([mail.appointment, *others], key=lambda each: each.starts_at)[:TIMES_INSTEAD]:
        near = next((start for start in starts_near(each) if start not in found), None)
        found |= {near: each} if near else {}
    return [free_time(mail, each, start, is_of_several=True) for start, each in sorted(found.items())]


def starts_near(appointment: Appointment) -> list[dt.datetime]:
    """When the same could be booked instead, the nearest first."""
    if not appointment.service.active:
        return []
    order = order_as_booked(appointment)
    return [each.start for each in schedule.alternative_times(order, appointment.starts_at, limit=TIMES_INSTEAD)]


def free_time(
    mail: MailContext, appointment: Appointment, start: dt.datetime, *, is_of_several: bool = False
) -> dict[str, str]:
    """A time in words, of several also what it is instead of, and where it is booked with what was added before."""
    formats, zone = mail.practice.formats, mail.practice.zone
    page = f"{settings.SITE_URL}{reverse('booking:details', args=[appointment.service.slug])}"
    chosen = [("add_ons", part.add_on.slug) for part in appointment.added]
    local, was = start.astimezone(zone), appointment.starts_at.astimezone(zone)
    before = formats.clock(was) if was.date() == local.date() else formats.day(was)
    return {
        "when": f"{formats.day(local)}, {formats.clock(local)}",
        "before": before if is_of_several else "",
        "url": f"{page}?{urlencode([('start', start.isoformat()), *chosen])}",
    }
