"""A code to sign in with, or to prove an address with; and that an address is out of use."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment, MessageText
from booking.reminders.message import Message, render_message
from booking.reminders.standalone import StandaloneKind, standalone_message
from booking.reminders.wording import PRACTICE
from clinic.mail.kinds import INVITATION, SECURITY, SIGN_IN, MailKind, register_kind
from clinic.models import Practice


@register_kind
class SignIn(StandaloneKind):
    """Its subject never holds the code."""

    code, label, secret = SIGN_IN, gettext_lazy("sign-in"), True
    variables = PRACTICE

    def sample(self, practice: Practice, own: MessageText, appointment: Appointment | None) -> Message:
        """With a code that opens nothing."""
        return sign_in_code(practice, code="1234 5678", minutes=15, intro=_("Here is your code."), own=own)


@register_kind
class AddressChanged(MailKind):
    """To whoever reads the old address: it is out of use, in case it was not they who changed it."""

    code, label, secret = "address-changed", gettext_lazy("address changed"), True


@register_kind
class SecurityNotice(MailKind):
    """To one of the team: what happened to their sign-in (clinic.accounts.security)."""

    code, label, secret = SECURITY, gettext_lazy("security notice"), True


@register_kind
class InvitationMail(MailKind):
    """To somebody who is asked to join the team (clinic.accounts.invitations)."""

    code, label, secret = INVITATION, gettext_lazy("invitation"), True


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
    """A code and for how long; without one the way to the password. Own words only with a code to sign in."""
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
    """The message."""
    return render_message(AddressChanged.code, {"practice": practice})
