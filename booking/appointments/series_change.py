"""Moving or cancelling several appointments of a series as one: this and the following, or all that are still ahead."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.appointments.booking_request import RuleOverride
from booking.appointments.locking import (
    RetryTransaction,
    lock_client,
    lock_rooms_and_kits,
    lock_therapists,
    run_transaction,
    transactional,
)
from booking.appointments.move import Destination, lock_appointment, must_be_movable, relocate
from booking.appointments.series import series_changed
from booking.appointments.series_preview import SeriesSlot, draft_for_move, move_order
from booking.appointments.status import cancel_locked
from booking.errors import NotPossible, SlotTaken
from booking.models import Appointment, Therapist
from booking.reminders.change_news import TOLD_AT_ONCE, ChangeNews
from booking.reminders.combined import combine
from booking.reminders.kinds.cancelled import Cancelled
from booking.reminders.kinds.confirmation import Confirmation
from booking.reminders.kinds.moved import Moved
from booking.scheduling.configuration import current_configuration
from booking.scheduling.simulation import TentativeSchedule, orders_of
from clinic.models import Practice, User
from clinic.records.written_reason import require_reason


class SeriesScope(models.TextChoices):
    """How much of a series a change is about."""

    ONE = "one", gettext_lazy("only this one")
    FOLLOWING = "following", gettext_lazy("this and the following")
    ALL = "all", gettext_lazy("all that are still ahead")


def appointments_in_scope(appointment: Appointment, scope: str) -> list[Appointment]:
    """The appointments of its series that a change is about, in order. What is over or cancelled stays as it is."""
    if scope == SeriesScope.ONE or appointment.series_id is None:
        return [appointment] if appointment.is_ahead else []
    ahead = Appointment.objects.upcoming().filter(series=appointment.series_id).with_people()
    if scope == SeriesScope.FOLLOWING:
        ahead = ahead.filter(starts_at__gte=appointment.starts_at)
    return list(ahead.order_by("starts_at"))


@transactional
def cancel_series(
    appointment: Appointment,
    *,
    scope: str,
    reason: str,
    via: str,
    by: User | None = None,
    client_asked: bool = False,
    news: ChangeNews = TOLD_AT_ONCE,
) -> list[Appointment]:
    """Cancel those of `scope` in one transaction with one mail; return them. Raises NotPossible, Busy."""
    appointments, _therapists = lock_series(appointment, scope)
    return cancel_all(appointments, reason=reason, via=via, by=by, client_asked=client_asked, news=news)


@transactional
def cancel_together(
    appointments: Sequence[Appointment],
    *,
    reason: str,
    via: str,
    by: User | None = None,
    client_asked: bool = False,
    news: ChangeNews = TOLD_AT_ONCE,
) -> list[Appointment]:
    """Cancel any appointments of one client, all or none, with one mail that lists them; return them.

    Raises NotPossible, Busy.
    """
    lock_therapists({each.therapist_id for each in appointments})
    current = [lock_appointment(each) for each in sorted(appointments, key=lambda each: each.pk)]
    return cancel_all(current, reason=reason, via=via, by=by, client_asked=client_asked, news=news)


def cancel_all(
    locked: Sequence[Appointment], *, reason: str, via: str, by: User | None, client_asked: bool, news: ChangeNews
) -> list[Appointment]:
    """Cancel locked appointments of one client, and tell of all in the mail of the first. Raises NotPossible."""
    done = [cancel_locked(each, reason=reason, via=via, by=by, client_asked=client_asked, news=news) for each in locked]
    combine(done, Cancelled.code)
    return done


def move_series(
    appointment: Appointment,
    *,
    scope: str,
    picks: Sequence[SeriesSlot],
    via: str,
    by: User | None = None,
    practice: Practice,
    reason: str = "",
) -> list[Appointment]:
    """Move appointments of `scope` to `picks`, as a preview showed them, in one transaction with one mail.

    Return the moved.

    An appointment without a pick stays where it is. `reason` is why rules are set aside where a pick says so. Raises
    NotPossible, SeriesChanged where anything is not as it was shown, Busy.
    """
    if any(pick.aside for pick in picks):
        require_reason(reason, field="override_reason")
    chosen = {pick.position: pick for pick in picks}
    if not chosen or len(chosen) < len(picks):
        raise NotPossible(_("No appointment is to be moved. Please look at the dates again."))

    def work() -> list[Appointment]:
        appointments, therapists = lock_series(appointment, scope)
        going = appointments_to_move(appointments, chosen)
        must_all_be_movable(going, chosen, practice)
        configuration = current_configuration()
        for each in going:
            pick = chosen[each.position or 0]
            override = RuleOverride(reason=reason) if pick.aside else None
            chosen_therapist = therapists[each.therapist_id]
            to = Destination(chosen_therapist, pick.start, each.minutes)
            relocate(each, to, via=via, by=by, override=override, configuration=configuration)
        combine(going, Confirmation.code, Moved.code)
        return going

    try:
        return run_transaction(work)
    except SlotTaken as taken:
        raise series_changed() from taken


def lock_series(appointment: Appointment, scope: str) -> tuple[list[Appointment], dict[int, Therapist]]:
    """Lock all that a change of these appointments needs; return them. Raises NotPossible, RetryTransaction."""
    therapists = lock_therapists({each.therapist_id for each in appointments_in_scope(appointment, scope)})
    appointments = appointments_in_scope(appointment, scope)
    if not appointments:
        raise NotPossible(_("None of these appointments is still ahead."))
    if any(each.therapist_id not in therapists for each in appointments):
        raise RetryTransaction
    appointments = [lock_appointment(each) for each in sorted(appointments, key=lambda each: each.pk)]
    for each in appointments:
        must_be_movable(each)
    orders = orders_of(appointments).values()
    lock_rooms_and_kits(with_kits=any(order.needs_kit for order in orders))
    lock_client(appointments[0].client)
    return sorted(appointments, key=lambda each: each.starts_at), therapists


def appointments_to_move(appointments: Iterable[Appointment], chosen: dict[int, SeriesSlot]) -> list[Appointment]:
    """Those of the picks not there yet, in the order in which they can move. Raises SeriesChanged."""
    found = {each.position: each for each in appointments}
    if not chosen.keys() <= found.keys():
        raise series_changed()
    going = [each for place, each in found.items() if place in chosen and each.starts_at != chosen[place].start]
    if any(each.revision != chosen[each.position or 0].revision for each in going):
        raise series_changed()
    apart = sum((chosen[each.position or 0].start - each.starts_at for each in going), dt.timedelta())
    return move_order(going, later=apart > dt.timedelta())


def must_all_be_movable(going: Sequence[Appointment], chosen: dict[int, SeriesSlot], practice: Practice) -> None:
    """Go through the moves on paper, one after the other. Raises SeriesChanged where one is not as it was shown."""
    if not going:
        return
    orders = orders_of(going)
    starts = [chosen[each.position or 0].start for each in going]
    draft: TentativeSchedule = draft_for_move(going, starts, practice)
    for each in going:
        pick, order = chosen[each.position or 0], orders[each.pk]
        draft = draft.without_appointment(each)
        verdict = draft.check(order, each.therapist, pick.start, ignoring=pick.aside)
        if not verdict.free:
            raise series_changed()
        draft = draft.with_appointment(order, each.therapist, pick.start, verdict)
