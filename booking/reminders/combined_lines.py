"""Several appointments in one mail, as its templates show them: those that were booked, moved or cancelled together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.terms import terms_as_booked
from clinic.models import Practice


@dataclass(frozen=True)
class Line:
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


def is_too_late(visit: Appointment, practice: Practice) -> bool:
    """Whether the client's own changes of a visit have ended by now."""
    return timezone.now() > visit.cutoff(practice.cancel_cutoff_hours)


def lines(
    visits: Sequence[Appointment],
    practice: Practice,
    url_of: Callable[[Appointment], str],
    *,
    with_terms: bool = False,
) -> list[Line]:
    """The visits of one mail, the earliest first; none where there is only one, which the mail is about anyway."""
    if len(visits) < 2:
        return []
    zone = practice.zone
    said = {visit.pk: what(visit) for visit in visits}
    alike = len(set(said.values())) == 1
    formats, years = practice.formats, {visit.starts_at.astimezone(zone).year for visit in visits}
    return [
        Line(
            day=formats.date(visit.starts_at.astimezone(zone), "day", with_year=len(years) > 1 or None),
            time=formats.clock(visit.starts_at.astimezone(zone)),
            until=formats.clock(visit.ends_at.astimezone(zone)),
            what="" if alike else said[visit.pk],
            terms=terms_as_booked(visit).in_words if with_terms and not terms_in_words(visits) else "",
            url=url_of(visit),
            too_late=is_too_late(visit, practice),
        )
        for visit in sorted(visits, key=lambda visit: visit.starts_at)
    ]


def terms_in_words(visits: Sequence[Appointment]) -> str:
    """Length and price of the visits of one mail; empty where they differ."""
    terms = {terms_as_booked(visit).in_words for visit in visits}
    if len(terms) > 1:
        return ""
    return _("Each: %(terms)s") % {"terms": terms.pop()} if len(visits) > 1 else terms.pop()


def what(visit: Appointment) -> str:
    """Service and therapist."""
    service = visit.parts if visit.added else visit.service.name
    return _("%(service)s with %(therapist)s") % {"service": service, "therapist": visit.therapist.name}
