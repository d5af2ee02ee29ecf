"""It is off, with a calendar file that takes it out; with times instead where the practice cancelled."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Status
from booking.reminders.combined_lines import lines
from booking.reminders.context import MailContext
from booking.reminders.kind import ReminderKind
from booking.reminders.links import Links, booking_page
from booking.reminders.timing import AtOnce
from booking.scheduling import schedule
from booking.scheduling.order import order_as_booked
from clinic.mail.kinds import register

TIMES_INSTEAD = 3


def context(mail: MailContext, _links: Links) -> dict[str, Any]:
    """What the templates are given."""
    appointment, others = mail.appointment, mail.merged.get(CANCELLED.code, ())
    by_us = appointment.changed_by_id is not None
    return {
        "by_us": by_us,
        "times": times_instead(mail) if by_us and not others else [],
        "appointments": lines([appointment, *others], mail.practice, lambda _appointment: ""),
        "button_url": booking_page(appointment.service),
        "button_label": _("Book another time"),
    }


def times_instead(mail: MailContext) -> list[dict[str, str]]:
    """A few free times near one that we had to cancel, each with its address; none once the service is off."""
    appointment, zone, formats = mail.appointment, mail.practice.zone, mail.practice.formats
    if not appointment.service.active:
        return []
    page = f"{settings.SITE_URL}{reverse('booking:details', args=[appointment.service.slug])}"
    near = schedule.alternative_times(order_as_booked(appointment), appointment.starts_at, limit=TIMES_INSTEAD)
    chosen = [("add_ons", part.add_on.slug) for part in appointment.added]
    starts = [each.start.astimezone(zone) for each in near]
    return [
        {
            "when": f"{formats.day(local)}, {formats.clock(local)}",
            "url": f"{page}?{urlencode([('start', each.start.isoformat()), *chosen])}",
        }
        for each, local in zip(near, starts, strict=True)
    ]


CANCELLED = register(
    ReminderKind(
        code="cancelled",
        label=gettext_lazy("cancelled"),
        timing=AtOnce(),
        statuses=frozenset({Status.CANCELLED}),
        wrong_status=gettext_lazy("The appointment is not cancelled."),
        context=context,
        calendar="CANCEL",
    )
)
