"""An answer asks for help or for a doctor first: the appointment can wait. It says no more than that.

After an emergency it is the only mail; the page said what to do, and the team is told at once.
"""

from django.utils.translation import gettext_lazy

from booking.models import Appointment, MessageText
from booking.reminders.context import MailContext
from booking.reminders.kinds.please_look import AboutNewerAnswers
from booking.reminders.message import Message
from booking.reminders.sample import sample_context
from booking.reminders.wording import FilledText
from clinic.mail.kinds import register_kind
from clinic.models import Practice


@register_kind
class DoctorFirst(AboutNewerAnswers):
    """In place of a look at the appointment. Its words are those of `mail_rules.stop` of the catalogue."""

    code, label = "doctor-first", gettext_lazy("a doctor first")

    def sample(self, practice: Practice, own: MessageText, appointment: Appointment | None) -> Message:
        """As of the appointment."""
        return doctor_first(sample_context(practice, own, appointment))


def doctor_first(mail: MailContext) -> Message:
    """The message. Nothing that the practice words itself stands beside a stop."""
    return mail.message(DoctorFirst.code, {"own": FilledText()})
