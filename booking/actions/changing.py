"""Moving or cancelling several visits of a series as one: this and the following, or all that are still ahead."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.actions.locking import Again, lock_client, lock_places, lock_therapists, safely
from booking.actions.moving import fresh, must_be_movable, relocate
from booking.actions.previewing import Pick, draft_for_move, in_moving_order
from booking.actions.repeating import changed
from booking.actions.status import call_off
from booking.actions.wishes import Override
from booking.draft import Draft, orders_of
from booking.errors import NotPossible, SlotTaken
from booking.models import Appointment, Therapist
from booking.reminders.combined import combine
from booking.reminders.kinds.cancelled import CANCELLED
from booking.reminders.kinds.confirmation import CONFIRMATION
from booking.reminders.kinds.moved import MOVED
from clinic.models import Practice, User
from clinic.why import must_say_why


class Scope(models.TextChoices):
    """How much of a series a change is about."""

    ONE = "one", gettext_lazy("only this one")
    FOLLOWING = "following", gettext_lazy("this and the following")
    ALL = "all", gettext_lazy("all that are still ahead")


def visits_in(appointment: Appointment, scope: str) -> list[Appointment]:
    """The visits of its series that a change is about, in order. What is over or cancelled stays as it is."""
    if scope == Scope.ONE or appointment.series_id is None:
        return [appointment] if appointment.is_ahead else []
    ahead = Appointment.objects.upcoming().filter(series=appointment.series_id).with_people()
    if scope == Scope.FOLLOWING:
        ahead = ahead.filter(starts_at__gte=appointment.starts_at)
    return list(ahead.order_by("starts_at"))


def cancel_series(
    appointment: Appointment, *, scope: str, reason: str, via: str, by: User | None = None
) -> list[Appointment]:
    """Cancel the visits of `scope` in one transaction, with one mail for all of them; return them.

    Raises NotPossible where none is ahead, Busy.
    """

    def work() -> list[Appointment]:
        visits, _therapists = held(appointment, scope)
        done = [call_off(visit, reason=reason, via=via, by=by) for visit in visits]
        combine(done, CANCELLED)
        return done

    return safely(work)


def move_series(
    appointment: Appointment,
    *,
    scope: str,
    picks: Sequence[Pick],
    via: str,
    by: User | None = None,
    reason: str = "",
) -> list[Appointment]:
    """Move visits of `scope` to `picks`, as a preview showed them, in one transaction with one mail; return the moved.

    A visit without a pick stays where it is. `reason` is why rules are set aside where a pick says so. Raises
    NotPossible, SeriesChanged where anything is not as it was shown, Busy.
    """
    if any(pick.aside for pick in picks):
        must_say_why(reason, field="override_reason")
    chosen = {pick.position: pick for pick in picks}
    if not chosen or len(chosen) < len(picks):
        raise NotPossible(_("No visit is to be moved. Please look at the dates again."))

    def work() -> list[Appointment]:
        visits, therapists = held(appointment, scope)
        going = those_to_move(visits, chosen)
        must_all_be_free(going, chosen)
        for visit in going:
            pick = chosen[visit.position or 0]
            override = Override(reason=reason) if pick.aside else None
            relocate(visit, therapists[visit.therapist_id], pick.start, via=via, by=by, override=override)
        combine(going, CONFIRMATION, MOVED)
        return going

    try:
        return safely(work)
    except SlotTaken as taken:
        raise changed() from taken


def held(appointment: Appointment, scope: str) -> tuple[list[Appointment], dict[int, Therapist]]:
    """Every lock that a change of these visits needs, and the visits as they stand. Raises NotPossible, Again."""
    therapists = lock_therapists({visit.therapist_id for visit in visits_in(appointment, scope)})
    visits = visits_in(appointment, scope)
    if not visits:
        raise NotPossible(_("None of these visits is still ahead."))
    if any(visit.therapist_id not in therapists for visit in visits):
        raise Again
    visits = [fresh(visit) for visit in sorted(visits, key=lambda visit: visit.pk)]
    for visit in visits:
        must_be_movable(visit)
    orders = orders_of(visits).values()
    lock_places(with_kits=any(order.needs_kit for order in orders))
    lock_client(visits[0].client)
    return sorted(visits, key=lambda visit: visit.starts_at), therapists


def those_to_move(visits: Iterable[Appointment], chosen: dict[int, Pick]) -> list[Appointment]:
    """The visits of the picks that are not there yet, in the order in which they can move. Raises SeriesChanged."""
    found = {visit.position: visit for visit in visits}
    if not chosen.keys() <= found.keys():
        raise changed()
    going = [visit for place, visit in found.items() if place in chosen and visit.starts_at != chosen[place].start]
    if any(visit.revision != chosen[visit.position or 0].revision for visit in going):
        raise changed()
    apart = sum((chosen[visit.position or 0].start - visit.starts_at for visit in going), dt.timedelta())
    return in_moving_order(going, later=apart > dt.timedelta())


def must_all_be_free(going: Sequence[Appointment], chosen: dict[int, Pick]) -> None:
    """Go through the moves on paper, one after the other. Raises SeriesChanged where one is not as it was shown."""
    if not going:
        return
    orders = orders_of(going)
    starts = [chosen[visit.position or 0].start for visit in going]
    draft: Draft = draft_for_move(going, starts, Practice.current())
    for visit in going:
        pick, order = chosen[visit.position or 0], orders[visit.pk]
        draft = draft.without_visit(visit)
        verdict = draft.check(order, visit.therapist, pick.start, ignoring=pick.aside)
        if not verdict.free:
            raise changed()
        draft = draft.with_visit(order, visit.therapist, pick.start, verdict)
