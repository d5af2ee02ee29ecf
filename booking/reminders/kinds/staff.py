"""A neutral notice to somebody who works here, with the page to open."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment
from booking.reminders.context import PracticeInMail, own_or_stored, values_of
from booking.reminders.kind import WordedKind
from booking.reminders.message import Message, rendered
from booking.reminders.wording import PRACTICE, CustomText
from clinic.mail.kinds import register
from clinic.models import Practice


def staff_notice(practice: Practice, *, subject: str, text: str, url: str, own: CustomText | None = None) -> Message:
    """The message. The notice is said whatever the practice adds."""
    words = {
        "practice": PracticeInMail.of(practice),
        "notice_subject": subject,
        "notice": text,
        "own": own_or_stored(STAFF.code, own, {"notice": subject, **values_of(practice)}),
        "button_url": url,
        "button_label": _("Open the desk"),
    }
    return rendered(STAFF.code, words)


def sample(practice: Practice, own: CustomText, _appointment: Appointment | None) -> Message:
    """The mail to look at."""
    subject, text = _("A request waits for your answer"), _("The time is held. Please say yes or no.")
    return staff_notice(practice, subject=subject, text=text, url=f"{settings.SITE_URL}/desk/", own=own)


STAFF = register(
    WordedKind(code="staff", label=gettext_lazy("notice to staff"), variables=("notice", *PRACTICE), sample=sample)
)
