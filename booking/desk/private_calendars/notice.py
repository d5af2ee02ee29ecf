"""What a therapist is told of their private calendars where the day begins: one that is not read, and what it meets."""

from dataclasses import dataclass

from booking.appointments.access import private_calendars_for
from booking.appointments.private_time import appointments_in_private_time
from booking.models import PrivateCalendar
from booking.scheduling.private_calendars.words import trouble_in_words
from clinic.models import User


@dataclass(frozen=True)
class PrivateNotice:
    """Calendars that have not been read for hours, each with why; and how many own appointments lie in private time."""

    unread: list[tuple[PrivateCalendar, str]]
    meets: int

    def __bool__(self) -> bool:
        return bool(self.unread or self.meets)


def private_notice(user: User) -> PrivateNotice:
    """What this person is told: of their own appointments alone, as a private time is nobody else's business."""
    calendars = list(private_calendars_for(user).filter(active=True))
    stale = [(each, trouble_in_words(each.trouble)) for each in calendars if each.is_stale]
    # Whoever has no calendar here is asked about no appointment.
    own = any(each.therapist.user_id == user.pk for each in calendars)
    meets = appointments_in_private_time().filter(therapist__user=user).count() if own else 0
    return PrivateNotice(stale, meets)
