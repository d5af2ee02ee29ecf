"""It is booked (or asked for): when, where, the way to change it, the policy, the intake if it is awaited."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import ReminderRule, Status
from booking.reminders.calendar_links import calendar_links
from booking.reminders.combined_lines import appointment_lines, terms_in_words
from booking.reminders.context import MailContext
from booking.reminders.kind import Moment, Occasion
from booking.reminders.message import greeting_name
from booking.reminders.timing import News, begun_reason
from booking.reminders.wording import FilledText
from clients.care import Level, Triage
from clinic.mail.kinds import register_kind

# By whether it is asked for only, and whether the mail tells of several appointments.
HEADINGS = {
    (True, True): gettext_lazy("We have your request"),
    (True, False): gettext_lazy("We have your request"),
    (False, True): gettext_lazy("Your appointments are booked"),
    (False, False): gettext_lazy("Your appointment is booked"),
}
OPENINGS = {
    (True, True): gettext_lazy(
        "Thank you. We hold these times for you. Your therapist looks at them before we say yes, and then we write."
    ),
    (True, False): gettext_lazy(
        "Thank you. We hold this time for you. Your therapist looks at it before we say yes, and then we write."
    ),
    (False, True): gettext_lazy("Thank you for booking. We look forward to seeing you."),
    (False, False): gettext_lazy("Thank you for booking. We look forward to seeing you."),
}
OPENINGS_WITH_NOTE = {
    True: gettext_lazy("Thank you. We hold these times for you."),
    False: gettext_lazy("Thank you. We hold this time for you."),
}
CALENDAR_LEAD = gettext_lazy("Add it to your calendar with the attached file, or in:")
SHORT_INTAKE = gettext_lazy(
    "Before you come, please answer a few questions about your pain and your health. It takes about two minutes, and "
    "your therapist reads it before your appointment."
)
LONG_INTAKE = gettext_lazy(
    "Before you come, please tell us about your pain and your health. It takes about seven minutes, and your therapist "
    "reads it before your appointment."
)


FOR_OTHER_INTAKE = gettext_lazy(
    "Before the appointment, please give %(name)s the link to the health form. It asks about their pain and health; "
    "they fill it in themselves, and under 18 with a parent or guardian."
)


def intake_invitation(mail: MailContext) -> str:
    """Why the health form: to the client, or to whoever booked for them."""
    if mail.booker is not None:
        return FOR_OTHER_INTAKE % {"name": greeting_name(mail.appointment.client.called) or _("them")}
    return str(SHORT_INTAKE if mail.short_intake else LONG_INTAKE)


@register_kind
class Confirmation(News):
    """Sent after the practice's own delay, so that an undo sends nothing."""

    code, label = "confirmation", gettext_lazy("confirmation")
    minutes = 0
    calendar, held_by = "REQUEST", frozenset({Triage.EMERGENCY})

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
        # Said only of what this very booking answered: what the file says besides is told to nobody by mail.
        note = requested and screening is not None and screening.level == Level.CLEARANCE
        intake_url, manage_url = mail.links.intake(), mail.links.appointment()
        given = {
            "requested": requested,
            "heading": HEADINGS[requested, bool(others)],
            "opening": OPENINGS_WITH_NOTE[bool(others)] if note else OPENINGS[requested, bool(others)],
            "intake_invitation": intake_invitation(mail),
            "appointments": appointment_lines([appointment, *others], mail.practice, mail.links.other, with_terms=True),
            "terms": terms_in_words([appointment, *others]),
            "intake_url": intake_url,
            "manage_url": manage_url,
            "policy": appointment.policy_text or mail.practice.policy,
            "note": note,
            "calendar_lead": CALENDAR_LEAD,
            "calendars": [] if others else calendar_links(appointment, mail.practice),
            # The one thing to do: the intake where it is awaited.
            "button_url": intake_url or manage_url,
            "button_label": _("Fill in the health form") if intake_url else mail.button_label(several=bool(others)),
        }
        # A request is not yet a booking: words written for the one would promise the other.
        return {**given, "own": FilledText()} if requested else given
