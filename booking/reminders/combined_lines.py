"""Several appointments in one mail, as its templates show them: those that were booked, moved or cancelled together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.scheduling.terms import terms_as_booked
from clinic.models import Practice


@dataclass(frozen=True)
class AppointmentLine:
    """one of the appointments as a template sees it."""

    day: str
    time: str
    until: str
    what: str
    """Service and therapist, where they are not the same for all."""
    terms: str
    """Length and price, likewise."""
    url: str
    too_late: bool
    """Whether its client cannot move or cancel it online any more."""


def appointment_lines(
    appointments: Sequence[Appointment],
    practice: Practice,
    url_of: Callable[[Appointment], str],
    *,
    with_terms: bool = False,
) -> list[AppointmentLine]:
    """The appointments of one mail, the earliest first; None where there is only one."""
    if len(appointments) < 2:
        return []
    zone = practice.zone
    said = {appointment.pk: service_and_therapist(appointment) for appointment in appointments}
    alike = len(set(said.values())) == 1
    formats, years = practice.formats, {appointment.starts_at.astimezone(zone).year for appointment in appointments}
    return [
        AppointmentLine(
            day=formats.date(appointment.starts_at.astimezone(zone), "day", with_year=len(years) > 1 or None),
            time=formats.clock(appointment.starts_at.astimezone(zone)),
            until=formats.clock(appointment.ends_at.astimezone(zone)),
            what="" if alike else said[appointment.pk],
            terms=terms_as_booked(appointment).in_words if with_terms and not terms_in_words(appointments) else "",
            url=url_of(appointment),
            too_late=appointment.is_past_cutoff(practice, timezone.now()),
        )
        for appointment in sorted(appointments, key=lambda appointment: appointment.starts_at)
    ]


def terms_in_words(appointments: Sequence[Appointment]) -> str:
    """Length and price of the appointments of one mail; empty where they differ."""
    terms = {terms_as_booked(appointment).in_words for appointment in appointments}
    if len(terms) > 1:
        return ""
    return _("Each: %(terms)s") % {"terms": terms.pop()} if len(appointments) > 1 else terms.pop()


def service_and_therapist(appointment: Appointment) -> str:
    """Service and therapist."""
    values = {"service": appointment.service_with_parts, "therapist": appointment.therapist.name}
    return _("%(service)s with %(therapist)s") % values
