"""Whose appointments the calendar shows: mine, everyone's, or one therapist's; what was chosen last stays."""

from dataclasses import dataclass

from booking.models import Therapist
from booking.scheduling.configuration import current_configuration
from clinic.models import User
from clinic.web.http import StaffRequest

MINE, EVERYONE = "me", "all"
# Where a session keeps what was chosen last.
SESSION_KEPT = "calendar_who"


@dataclass(frozen=True)
class Whose:
    """`only` is the one therapist, None for everyone's; `who` is how an address says it: "me", "all" or a public id."""

    me: Therapist | None
    only: Therapist | None
    who: str

    @property
    def colleagues(self) -> list[Therapist]:
        """The therapists at work besides whoever is signed in."""
        return [each for each in current_configuration().at_work().values() if each != self.me]


def therapist_of(user: User) -> Therapist | None:
    """The therapist that this person is, if they are one: as it is configured, so that nothing more is read."""
    configured = current_configuration().therapists.values()
    return next((who for each in configured if (who := each.row.instance()).user_id == user.pk), None)


def whose_appointments(request: StaffRequest) -> Whose:
    """Whose appointments an address asks for, and keep it; what was chosen last where it names nobody that we know."""
    me = therapist_of(request.user)
    usual = Whose(me, me, MINE if me else EVERYONE)
    kept = request.session.get(SESSION_KEPT, usual.who)
    chosen = calendar_called(request.GET.get("who", ""), me)
    if chosen is None:
        return calendar_called(kept, me) or usual
    if chosen.who != kept:
        request.session[SESSION_KEPT] = chosen.who
    return chosen


def calendar_called(who: str, me: Therapist | None) -> Whose | None:
    """Whom a word of an address names; None where it names nobody."""
    if who == EVERYONE:
        return Whose(me, None, EVERYONE)
    every = (each.row.instance() for each in current_configuration().therapists.values())
    only = me if who == MINE else next((each for each in every if str(each.public_id) == who), None)
    return Whose(me, only, MINE if only == me else who) if only else None
