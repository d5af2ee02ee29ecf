"""Whether and when a client hears by mail that an appointment has changed."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from booking.models import Appointment, Reminder, ReminderState
from booking.reminders.kinds.moved import Moved
from clinic.models import MailState, Practice

# An undo is offered for ten seconds; with less to wait, the mail could be under way before the tap arrives.
SHORTEST_WAIT = dt.timedelta(seconds=20)


@dataclass(frozen=True, kw_only=True)
class ChangeNews:
    """How a client hears of one change."""

    wanted: bool = True
    """No mail goes where somebody tells the client in another way, unless they still wait for the news before it."""
    waits: bool = False
    """The mail waits as long as a confirmation does, so that an undo sends nothing."""
    is_undo: bool = False
    """The change takes the one before it back: who never heard of that need not hear of this."""

    def due_at(self, now: dt.datetime, practice: Practice) -> dt.datetime:
        """When the mail is due."""
        if not self.waits:
            return now
        return now + max(dt.timedelta(minutes=practice.confirmation_delay_minutes), SHORTEST_WAIT)

    def reason_not_to_tell(self, appointment: Appointment) -> str:
        """Why the client of an appointment that was just changed, its revision raised, is not told; empty to tell.

        Call it once what the appointment owed before is void.
        """
        before = appointment.revision - 1
        if self.is_undo:
            heard = change_news(appointment, before).filter(was_told()).exists()
            return "" if heard or has_unheard_news(appointment, before - 1) else _("Undone before they heard of it.")
        if self.wanted or has_unheard_news(appointment, before):
            return ""
        return _("By choice: the client is told in another way.")


TOLD_AT_ONCE = ChangeNews()


def change_news(appointment: Appointment, revision: int) -> QuerySet[Reminder]:
    """What tells the client of the change that made this revision."""
    return Reminder.objects.filter(appointment=appointment, kind=Moved.code, revision=revision)


def has_unheard_news(appointment: Appointment, revision: int) -> bool:
    """Whether the client was to be told of the change that made this revision, and it went void before they were."""
    news = change_news(appointment, revision)
    # What is skipped as it is written was never to be told.
    was_due = news.exclude(state=ReminderState.SKIPPED, settled_at=F("written_at")).exists()
    return was_due and not news.filter(was_told()).exists()


def was_told() -> Q:
    """Reminders whose mail, or that of the appointment which leads them, went out or is on its way."""
    own = Q(state=ReminderState.DONE) & (went_out("mail") | went_out("mail__resends"))
    leads = Q(merged_into__state=ReminderState.DONE)
    return own | leads & (went_out("merged_into__mail") | went_out("merged_into__mail__resends"))


def went_out(mail: str) -> Q:
    """The condition that a mail was not taken back, or only in doubt: then a first copy may have left."""
    kept = [state for state in MailState if state != MailState.WITHDRAWN]
    return Q(**{f"{mail}__state__in": kept}) | Q(**{f"{mail}__maybe_duplicate": True})
