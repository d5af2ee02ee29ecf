"""It is booked (or asked for): when, where, the way to change it, the policy, the intake if it is awaited."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import AHEAD, Status
from booking.reminders.combined_lines import lines, terms_in_words
from booking.reminders.context import MailContext
from booking.reminders.kind import ReminderKind
from booking.reminders.links import Links
from booking.reminders.timing import AfterBooking
from booking.reminders.wording import FilledText
from clients.care import Level
from clinic.mail.kinds import register


def context(mail: MailContext, links: Links) -> dict[str, Any]:
    """What the templates are given."""
    appointment, others = mail.appointment, mail.merged.get(CONFIRMATION.code, ())
    requested, screening = appointment.status == Status.REQUESTED, appointment.screening
    intake_url, manage_url = links.intake(), links.appointment()
    given = {
        "appointments": lines([appointment, *others], mail.practice, links.other, with_terms=True),
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


CONFIRMATION = register(
    ReminderKind(
        code="confirmation",
        label=gettext_lazy("confirmation"),
        timing=AfterBooking(),
        statuses=frozenset(AHEAD),
        context=context,
        calendar="REQUEST",
    )
)
