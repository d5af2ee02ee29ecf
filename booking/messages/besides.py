"""Mails that no reminder asks for: please look, a care plan, a code to sign in with, a notice to the team."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from booking.messages.facts import Facts, filled, house_of, own_words_of, values_of
from booking.messages.links import Links
from booking.messages.message import Message, greeting_name, rendered
from booking.models import MessageText
from booking.order import Order
from booking.wording import Filled, OwnWords
from clinic.models import MailKind, Practice


def please_look(
    facts: Facts, links: Links, *, instead: Order | None, doctor_first: bool = False, note: bool = False
) -> Message:
    """Newer answers came in: we look at the visit once more; what suits in its place, if something does.

    `doctor_first`: a warning sign asks for a doctor before any massage, so one line repeats what the page said. `note`:
    the answers ask for a doctor's note. After an emergency answer there is no such mail.
    """
    words = facts.words(
        MailKind.PLEASE_LOOK,
        instead=instead,
        doctor_first=doctor_first,
        note=note,
        button_url=links.visit(),
        button_label=_("See your appointment"),
    )
    return rendered("please-look", words)


def care_plan(practice: Practice, *, first_name: str, url: str, own: OwnWords | None = None) -> Message:
    """The therapist has approved the client's home care: where it is read. What it says stands there only."""
    name = greeting_name(first_name)
    words = {
        "practice": house_of(practice),
        "first_name": name,
        "own": own_or_stored(MailKind.CARE_PLAN, own, {"first_name": name, **values_of(practice)}),
        "button_url": url,
        "button_label": _("See your home care"),
    }
    return rendered("care-plan", words)


def sign_in_code(
    practice: Practice,
    *,
    code: str,
    minutes: int,
    intro: str,
    new_address: bool = False,
    password_url: str = "",
    own: OwnWords | None = None,
) -> Message:
    """A code, what it is for and how many minutes it works; without a code, the way to the password.

    The subject never holds the code. The practice's own words speak of a code to sign in
    with: without one, and where the code proves a new address, they are left out.
    """
    filled_in = own_or_stored(MailKind.SIGN_IN, own, values_of(practice))
    words = {
        "practice": house_of(practice),
        "intro": intro,
        "code": code,
        "minutes": minutes,
        "own": filled_in if code and not new_address else Filled(),
        "new_address": new_address,
        "button_url": "" if code else password_url,
        "button_label": _("Sign in with your password"),
    }
    return rendered("sign-in", words)


def staff_notice(practice: Practice, *, subject: str, text: str, url: str, own: OwnWords | None = None) -> Message:
    """A neutral notice to somebody who works here, with the page to open. It is said whatever the practice adds."""
    words = {
        "practice": house_of(practice),
        "notice_subject": subject,
        "notice": text,
        "own": own_or_stored(MailKind.STAFF, own, {"notice": subject, **values_of(practice)}),
        "button_url": url,
        "button_label": _("Open the desk"),
    }
    return rendered("staff", words)


def own_or_stored(kind: str, own: OwnWords | None, values: Mapping[str, str]) -> Filled:
    """The practice's words that were given, else those it has in use for this kind, with their values."""
    if own is None:
        stored = MessageText.objects.filter(kind=kind, active=True).first()
        own = own_words_of(stored) if stored else OwnWords()
    return filled(own, values)
