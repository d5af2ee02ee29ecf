"""A code to sign in with, or to prove an address with; and that an address is out of use."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment
from booking.reminders.context import PracticeInMail, own_or_stored, values_of
from booking.reminders.kind import WordedKind
from booking.reminders.message import Message, rendered
from booking.reminders.wording import PRACTICE, CustomText, FilledText
from clinic.mail import kinds
from clinic.mail.kinds import register
from clinic.models import Practice


def sign_in_code(
    practice: Practice,
    *,
    code: str,
    minutes: int,
    intro: str,
    new_address: bool = False,
    password_url: str = "",
    own: CustomText | None = None,
) -> Message:
    """A code, what it is for and how many minutes it works; without a code, the way to the password.

    The subject never holds the code. The practice's own words speak of a code to sign in
    with: without one, and where the code proves a new address, they are left out.
    """
    filled_in = own_or_stored(SIGN_IN.code, own, values_of(practice))
    words = {
        "practice": PracticeInMail.of(practice),
        "intro": intro,
        "code": code,
        "minutes": minutes,
        "own": filled_in if code and not new_address else FilledText(),
        "new_address": new_address,
        "button_url": "" if code else password_url,
        "button_label": _("Sign in with your password"),
    }
    return rendered(SIGN_IN.code, words)


def address_changed(practice: Practice) -> Message:
    """To whoever reads the old address: it is out of use, in case it was not they who changed it."""
    text = _("Mails about your appointments now go to another address. If that was not you, please call us at once.")
    words = {
        "practice": PracticeInMail.of(practice),
        "intro": text,
        "code": "",
        "button_url": "",
        "changed": True,
    }
    return rendered(SIGN_IN.code, words)


def sample(practice: Practice, own: CustomText, _appointment: Appointment | None) -> Message:
    """The mail to look at."""
    return sign_in_code(practice, code="1234 5678", minutes=15, intro=_("Here is your code."), own=own)


SIGN_IN = register(
    WordedKind(code=kinds.SIGN_IN, label=gettext_lazy("sign-in"), secret=True, variables=PRACTICE, sample=sample)
)
