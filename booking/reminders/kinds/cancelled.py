"""It is off, with a calendar file that takes it out; with times instead where the practice cancelled."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Status
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
            "times": times_instead(mail) if by_us and not others else [],
            "appointments": appointment_lines([appointment, *others], mail.practice, lambda _appointment: ""),
            "button_url": booking_page(appointment.service),
            "button_label": _("Book another time"),
        }


def times_instead(mail: MailContext) -> list[dict[str, str]]:
    """A few free times near one that we had to cancel, each with its address; none once the service is off."""
    appointment, formats = mail.appointment, mail.practice.formats
    if not appointment.service.active:
        return []
    page = f"{settings.SITE_URL}{reverse('booking:details', args=[appointment.service.slug])}"
    chosen = [("add_ons", part.add_on.slug) for part in appointment.added]
    found = []
    for near in schedule.alternative_times(order_as_booked(appointment), appointment.starts_at, limit=TIMES_INSTEAD):
        local = near.start.astimezone(mail.practice.zone)
        url = f"{page}?{urlencode([('start', near.start.isoformat()), *chosen])}"
        found.append({"when": f"{formats.day(local)}, {formats.clock(local)}", "url": url})
    return found
