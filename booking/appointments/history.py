"""The history of an appointment: who changed what, when and why."""

import datetime as dt
from dataclasses import dataclass
from typing import Required, TypedDict, Unpack

from django.utils.translation import gettext as _

from booking.models import HISTORY_TEXT_LENGTH, Appointment, AppointmentChange, history_stamp
from booking.webhooks.events import announce_change
from clinic.country.money import price_of
from clinic.models import User


class ChangeNote(TypedDict, total=False):
    """By what way and by whom a change came, what was before and after it, and why."""

    via: Required[str]
    by: Required[User | None]
    before: str
    after: str
    why: str


def record_history(
    appointment: Appointment, what: AppointmentChange.What, **told: Unpack[ChangeNote]
) -> AppointmentChange:
    """Add one line to the history, in the transaction of the change itself; what is too long to keep is cut.

    Programs with a webhook are told of it by rows in that transaction too: call it once the appointment is written.
    """
    change = AppointmentChange.objects.create(
        appointment=appointment,
        what=what,
        via=told["via"],
        by=told["by"],
        before=told.get("before", "")[:HISTORY_TEXT_LENGTH],
        after=told.get("after", "")[:HISTORY_TEXT_LENGTH],
        reason=told.get("why", "")[:300],
    )
    announce_change(appointment, change)
    return change


@dataclass(frozen=True, kw_only=True)
class AppointmentState:
    """How an appointment stands, to tell afterwards what a change made of it."""

    starts_at: dt.datetime
    details: tuple[str, ...]
    """Therapist, room, kit, what was sold, and its price."""

    @classmethod
    def of(cls, appointment: Appointment) -> "AppointmentState":
        """The state of an appointment as it stands now."""
        room, kit = appointment.room, appointment.kit
        return cls(
            starts_at=appointment.starts_at,
            details=(
                appointment.therapist.name,
                room.name if room else _("no room"),
                kit.name if kit else _("no stone kit"),
                appointment.parts,
                f"{price_of(appointment):f} {appointment.currency}",
            ),
        )

    def apart_from(self, other: "AppointmentState") -> str:
        """What is not as in `other`, in words: “2026-11-30 09:00 UTC, Ben, Green room”."""
        time = [] if self.starts_at == other.starts_at else [history_stamp(self.starts_at)]
        pairs = zip(self.details, other.details, strict=True)
        return ", ".join([*time, *(mine for mine, theirs in pairs if mine != theirs)])


def record_change(
    appointment: Appointment,
    what: AppointmentChange.What,
    *,
    before: AppointmentState,
    via: str,
    by: User | None,
    why: str = "",
) -> AppointmentChange:
    """Add a line that tells from what to what: all that is not as it stood `before`."""
    now = AppointmentState.of(appointment)
    return record_history(
        appointment, what, via=via, by=by, before=before.apart_from(now), after=now.apart_from(before), why=why
    )
