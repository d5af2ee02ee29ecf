"""A code to sign in with, or to prove an address with; and that an address is out of use."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment, MessageText
from booking.reminders.message import Message, render_message
from booking.reminders.standalone import StandaloneKind, standalone_message
from booking.reminders.wording import PRACTICE
from clinic.mail.kinds import SIGN_IN, register_kind
from clinic.models import Practice


@register_kind
class SignIn(StandaloneKind):
    """Its subject never holds the code."""

    code, label, secret = SIGN_IN, gettext_lazy("sign-in"), True
    variables = PRACTICE

    def sample(self, practice: Practice, own: MessageText, appointment: Appointment | None) -> Message:
        """With a code that opens nothing."""
        return sign_in_code(practice, code="1234 5678", minutes=15, intro=_("Here is your code."), own=own)


def sign_in_code(
    practice: Practice,
    *,
    code: str,
    minutes: int,
    intro: str,
    new_address: bool = False,
    password_url: str = "",
    own: MessageText | None = None,
) -> Message:
    """A code, what it is for and how many minutes it works; without a code, the way to the password.

    The practice's own words speak of a code to sign in with: without one, and where the code proves a new address, they
    are left out.
    """
    words = {
        "intro": intro,
        "code": code,
        "minutes": minutes,
        "new_address": new_address,
        "button_url": "" if code else password_url,
        "button_label": _("Sign in with your password"),
    }
    return standalone_message(SIGN_IN, practice, words, own if code and not new_address else MessageText())


def address_changed(practice: Practice) -> Message:
    """To whoever reads the old address: it is out of use, in case it was not they who changed it."""
    text = _("Mails about your appointments now go to another address. If that was not you, please call us at once.")
    return render_message(SIGN_IN, {"practice": practice, "intro": text, "code": "", "button_url": "", "changed": True})
