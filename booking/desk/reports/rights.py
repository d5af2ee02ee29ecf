"""Whose numbers a person sees, and which. Owners see all; therapists their own; the front desk everybody's without
income, unless an owner allows it by the permission for the numbers of all therapists."""

from dataclasses import dataclass

from booking.desk.reports.counts import reported_appointments
from booking.models import AppointmentQuerySet, Therapist
from booking.payments.access import may_see_income, reads_team_reports
from clinic.accounts.rights import may_read_health
from clinic.models import User
from clinic.web.links import uuid_or_none


@dataclass(frozen=True)
class ReportScope:
    """What one person is shown: everybody's numbers, or (`therapist`) one therapist's."""

    therapist: Therapist | None
    may_choose: bool
    """Whether they may look at everybody and at each."""
    income: bool
    health: bool

    def appointments(self) -> AppointmentQuerySet:
        """The appointments that are counted, erased files included, for the books: nobody is named."""
        return reported_appointments().of_therapist(self.therapist)


def report_scope(user: User, chosen: str = "") -> ReportScope:
    """What this person is shown, when an address names a therapist (public id) or nobody."""
    own: Therapist | None = getattr(user, "therapist", None)
    team = user.is_superuser or own is None or reads_team_reports(user)
    therapist = therapist_named(chosen) if team else own
    is_own = therapist is not None and therapist == own
    return ReportScope(
        therapist=therapist,
        may_choose=team,
        income=is_own or may_see_income(user),
        health=may_read_health(user),
    )


def therapist_named(text: str) -> Therapist | None:
    """The therapist whose public id a text spells, or None."""
    public_id = uuid_or_none(text)
    return Therapist.objects.filter(public_id=public_id).first() if public_id else None
