"""It is booked (or asked for): when, where, the way to change it, the policy, the intake if it is awaited."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import ReminderRule, Status
from booking.reminders.combined_lines import appointment_lines, terms_in_words
from booking.reminders.context import MailContext
from booking.reminders.kind import Moment, Occasion
from booking.reminders.timing import News, begun_reason
from booking.reminders.wording import FilledText
from clients.care import Level
from clinic.mail.kinds import register_kind


@register_kind
class Confirmation(News):
    """Sent after the practice's own delay, so that an undo sends nothing."""

    code, label = "confirmation", gettext_lazy("confirmation")
    minutes = 0
    calendar = "REQUEST"

    def moment(self, rule: ReminderRule, occasion: Occasion) -> Moment:
        """Never after the start: an appointment that begins before then is told of at once."""
        starts_at, booked_at = occasion.appointment.starts_at, occasion.booked_at
        if starts_at <= occasion.now:
            return begun_reason(occasion)
        due = booked_at + dt.timedelta(minutes=occasion.practice.confirmation_delay_minutes + rule.minutes)
        return Moment(due if due < starts_at else booked_at, starts_at)

    def context(self, mail: MailContext) -> dict[str, Any]:
        """All appointments of the mail, their terms and the policy, and the one thing to do."""
        appointment, others = mail.appointment, mail.others(self.code)
        requested, screening = appointment.status == Status.REQUESTED, appointment.screening
        intake_url, manage_url = mail.links.intake(), mail.links.appointment()
        given = {
            "appointments": appointment_lines([appointment, *others], mail.practice, mail.links.other, with_terms=True),
            "terms": terms_in_words([appointment, *others]),
            "intake_url": intake_url,
            "manage_url": manage_url,
            "policy": appointment.policy_text or mail.practice.policy,
            # Said only of what this very booking answered: what the file says besides is told to nobody by mail.
            "note": requested and screening is not None and screening.level == Level.CLEARANCE,
            # The one thing to do: the intake where it is awaited.
            "button_url": intake_url or manage_url,
            "button_label": _("Fill in the health form") if intake_url else mail.button_label(several=bool(others)),
        }
        # A request is not yet a booking: words written for the one would promise the other.
        return {**given, "own": FilledText()} if requested else given
