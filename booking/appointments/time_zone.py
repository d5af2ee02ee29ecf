"""The practice's time zone is corrected while appointments are ahead: what stays, the clock time or the moment."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.appointments.history import AppointmentState, record_change
from booking.appointments.locking import lock_rooms_and_kits, lock_therapists, run_transaction
from booking.errors import NotPossible, SlotTaken
from booking.models import Appointment, AppointmentChange, Reminder, ReminderState, Status, Therapist, TimeOff
from booking.reminders.scheduling import schedule_change
from booking.reminders.still_true import rewrite_mails
from booking.scheduling.configuration import current_configuration
from clinic.models import OutgoingMail, User
from clinic.operations.worker_signals import wake_worker

TIME_COLUMNS = ("starts_at", "ends_at", "blocked_from", "blocked_until", "kit_blocked_until")
STILL_TO_COME = (Status.OFFERED, Status.REQUESTED, Status.CONFIRMED)
# No zone is further from another than this.
FURTHEST = dt.timedelta(days=2)
# Where appointments wait for their new time, so that none is in another's way meanwhile.
OVERLAP_SHIFT = dt.timedelta(days=365_000)


class ZoneChange(models.TextChoices):
    """What stays when the zone changes."""

    CLOCK = "clock", gettext_lazy("the time on the clock")
    INSTANT = "instant", gettext_lazy("the moment")


def same_wall_time(moment: dt.datetime, old: ZoneInfo, new: ZoneInfo) -> dt.datetime:
    """The instant at which the clock of `new` shows what that of `old` shows at `moment`; UTC.

    A time that the new zone skips in spring becomes the one to which its clock has jumped.
    """
    return moment.astimezone(old).replace(tzinfo=new).astimezone(dt.UTC)


def appointments_affected_by_zone(old: ZoneInfo, new: ZoneInfo) -> list[Appointment]:
    """The appointments ahead, by either clock, that the two zones show at different times."""
    now = timezone.now()
    rows = Appointment.objects.filter(status__in=STILL_TO_COME, starts_at__gt=now - FURTHEST).with_people()
    return [
        each
        for each in rows.order_by("starts_at")
        if (then := same_wall_time(each.starts_at, old, new)) != each.starts_at and max(then, each.starts_at) > now
    ]


def change_time_zone(old: ZoneInfo, new: ZoneInfo, *, keep: ZoneChange, by: User | None) -> int:
    """After the practice's zone went from `old` to `new`: bring what is ahead in line, all or nothing; return how many.

    Keeping the clock, 17:30 stays 17:30, clients are told nothing, and calendar files follow with the next revision;
    time off moves along. Keeping the moment, each client is told the new time on the clock. Reminders that wait are
    counted anew by whoever edits the practice. Raises NotPossible where two appointments would overlap, and Busy.
    """

    def work() -> int:
        lock_therapists(Therapist.objects.values_list("pk", flat=True))
        lock_rooms_and_kits(with_kits=True)
        found = appointments_affected_by_zone(old, new)
        if keep == ZoneChange.CLOCK:
            keep_wall_times(found, old, new, by=by)
        else:
            keep_instants(found, by=by)
        transaction.on_commit(wake_worker)
        return len(found)

    try:
        return run_transaction(work)
    except SlotTaken as error:
        said = _("On the new clock two appointments would overlap. Please move one of them first. Nothing was changed.")
        raise NotPossible(said, field="time_zone") from error


def keep_wall_times(found: Sequence[Appointment], old: ZoneInfo, new: ZoneInfo, *, by: User | None) -> None:
    """Give each the instant at which the new clock shows its time. Runs inside `safely`."""
    keys, now = [each.pk for each in found], timezone.now()
    # One after the other they would stand in each other's way: first all leave, then each comes to its place.
    Appointment.objects.filter(pk__in=keys).update(**{name: models.F(name) + OVERLAP_SHIFT for name in TIME_COLUMNS})
    shifts = {}
    for each in found:
        before = AppointmentState.of(each)
        shifts[each.pk] = shift = same_wall_time(each.starts_at, old, new) - each.starts_at
        for name in TIME_COLUMNS:
            setattr(each, name, getattr(each, name) + shift)
        each.revision, each.changed_at, each.changed_by = each.revision + 1, now, by
        why = _("time zone corrected, same time on the clock")
        record_change(each, AppointmentChange.What.MOVED, before=before, via=Appointment.Via.ADMIN, by=by, why=why)
    Appointment.objects.bulk_update(found, [*TIME_COLUMNS, "revision", "changed_at", "changed_by"], batch_size=500)
    carry_reminders(shifts)
    move_time_off(old, new, now=now)


def carry_reminders(shifts: dict[int, dt.timedelta]) -> None:
    """What the appointments owe or have said belongs to their new revision: nobody hears of it, or anything twice.

    A mail that waits carries the old calendar file; it is written again.
    """
    last = models.F("appointment__revision") - 1
    rows = list(Reminder.objects.filter(appointment__in=shifts, revision=last))
    for each in rows:
        each.revision += 1
        if each.state == ReminderState.DUE:
            each.not_after += shifts[each.appointment_id]
    Reminder.objects.bulk_update(rows, ["revision", "not_after"], batch_size=500)
    waiting = OutgoingMail.objects.pending().filter(reminder__in=[each.pk for each in rows])
    rewrite_mails(list(waiting.values_list("pk", flat=True)), why=_("The time zone was corrected."))


def move_time_off(old: ZoneInfo, new: ZoneInfo, *, now: dt.datetime) -> None:
    """Time off ahead keeps its time on the clock as well, and some length where the new zone skips it in spring."""
    ahead = list(TimeOff.objects.filter(ends_at__gt=now - FURTHEST))
    for each in ahead:
        length = each.ends_at - each.starts_at
        each.starts_at, each.ends_at = (same_wall_time(at, old, new) for at in (each.starts_at, each.ends_at))
        if each.ends_at <= each.starts_at:
            each.ends_at = each.starts_at + length
    TimeOff.objects.bulk_update(ahead, ["starts_at", "ends_at"])


def keep_instants(found: Sequence[Appointment], *, by: User | None) -> None:
    """Leave each where it is and tell its client the new time on the clock. Runs inside `safely`."""
    now, why = timezone.now(), _("time zone corrected, same moment")
    configuration = current_configuration()
    for each in found:
        before = AppointmentState.of(each)
        each.revision, each.changed_at, each.changed_by = each.revision + 1, now, by
        each.save(update_fields=["revision", "changed_at", "changed_by"])
        record_change(each, AppointmentChange.What.MOVED, before=before, via=Appointment.Via.ADMIN, by=by, why=why)
        if each.status != Status.OFFERED and each.starts_at > now:
            schedule_change(each, configuration=configuration, why=why, now=now)
