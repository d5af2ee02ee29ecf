"""Several visits in one mail: those of a series that were booked, moved or cancelled together."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment, Reminder
from booking.models.appointment import Status
from booking.terms import terms_as_booked
from clinic.models import MailKind, Practice

STANDS = (Status.REQUESTED, Status.CONFIRMED)


def still_true() -> Q:
    """Reminders of their visit's present revision, where the visit stands as their kind says."""
    stands = Q(kind=MailKind.CANCELLED, appointment__status=Status.CANCELLED)
    stands |= ~Q(kind=MailKind.CANCELLED) & Q(appointment__status__in=STANDS)
    return stands & Q(revision=F("appointment__revision"), appointment__client__erased_at=None)


def told_beside(visits: Iterable[Appointment]) -> Mapping[int, Mapping[str, list[Appointment]]]:
    """The other visits of which the mails of these tell, by their primary key and kind, in order of time. One query.

    Only what is still as it was when it was owed: what changed since has a mail of its own, or nothing to say.
    """
    told = Reminder.objects.filter(
        still_true(),
        merged_into__appointment__in=[visit.pk for visit in visits],
        merged_into__revision=F("merged_into__appointment__revision"),
    )
    told = told.select_related("appointment__client", "appointment__service", "appointment__therapist", "merged_into")
    told = told.prefetch_related("appointment__add_ons__add_on")
    found: dict[int, dict[str, list[Appointment]]] = defaultdict(lambda: defaultdict(list))
    for each in told.order_by("appointment__starts_at"):
        if each.merged_into is not None:
            found[each.merged_into.appointment_id][each.kind].append(each.appointment)
    return found


@dataclass(frozen=True)
class Line:
    """One of the visits as a template sees it."""

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
