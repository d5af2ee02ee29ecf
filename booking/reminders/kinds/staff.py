"""A neutral notice to somebody who works here, with the page to open."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment, MessageText
from booking.reminders.message import Message
from booking.reminders.standalone import StandaloneKind, standalone_message
from booking.reminders.wording import PRACTICE
from clinic.mail.kinds import register_kind
from clinic.models import Practice


@register_kind
class Staff(StandaloneKind):
    """The notice is said whatever the practice adds."""

    code, label = "staff", gettext_lazy("notice to staff")
    variables = ("notice", *PRACTICE)

    def sample(self, practice: Practice, own: MessageText, appointment: Appointment | None) -> Message:
        """As of a request."""
        subject, text = _("A request waits for your answer"), _("The time is held. Please say yes or no.")
        return staff_notice(practice, subject=subject, text=text, url=f"{settings.SITE_URL}/desk/", own=own)


def staff_notice(practice: Practice, *, subject: str, text: str, url: str, own: MessageText | None = None) -> Message:
    """The message."""
    words = {"notice_subject": subject, "notice": text, "button_url": url, "button_label": _("Open the desk")}
    return standalone_message(Staff.code, practice, words, own, notice=subject)
