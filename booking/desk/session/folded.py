"""What the session screen folds away: the whole intake, how to reach the client, mails, series, room and history."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.access import appointments_for
from booking.appointments.networks import from_the_same_network
from booking.appointments.people import booker_of
from booking.desk.banners import intakes_to_acknowledge, pain_scores_to_acknowledge
from booking.desk.booking.repeat_forms import DeskCancelForm
from booking.desk.clients.duplicates import likely_duplicates
from booking.desk.forms import PlaceForm
from booking.desk.practice.appointment_mails import messages_of_appointment, will_be_mailed
from booking.models import BOOKED, Appointment, Status
from booking.reminders.kinds.confirmation import Confirmation
from booking.waitlist.desk_pages import candidates_for_time
from clients.imports.tracing import lines_of_appointment
from clinic.models import Practice, User

# The forms that stand folded: one that came back with errors is opened.
FOLDED_FORMS = frozenset({"place_form", "cancel_form"})


def notices_context(user: User, appointment: Appointment, practice: Practice) -> dict[str, Any]:
    """What somebody has to decide before the session: another file, answers to see to, who waits for this time."""
    this_side, duplicates = likely_duplicates(user, appointment.client)
    return {
        "this_side": this_side,
        "duplicates": duplicates,
        "of_network": from_the_same_network(appointment, appointments_for(user)).count(),
        "intakes_to_acknowledge": intakes_to_acknowledge(user, client=appointment.client),
        "pain_scores_to_acknowledge": pain_scores_to_acknowledge(user, client=appointment.client),
        "waiting": candidates_for_time(user, appointment, practice.zone),
        "consent": appointment.client.valid_consent(version=practice.consent_version),
        "today": timezone.localdate(),
    }


def folded_context(appointment: Appointment, forms: Mapping[str, Any]) -> dict[str, Any]:
    """What is rarely needed."""
    client = appointment.client
    return {
        "is_unfolded": bool(FOLDED_FORMS & forms.keys()) or appointment.status not in BOOKED,
        "rare_steps": rare_steps(appointment),
        "rare_pages": rare_pages(appointment),
        "booker": booker_of(appointment),
        "import_lines": lines_of_appointment(appointment.public_id)
        if appointment.via == appointment.Via.IMPORT
        else (),
        "place_form": forms.get("place_form") or PlaceForm(appointment=appointment),
        "cancel_form": forms.get("cancel_form") or DeskCancelForm(appointment=appointment),
        "messages_of_appointment": messages_of_appointment(appointment),
        "is_confirmed_by_mail": bool(client.email) and will_be_mailed([appointment], [Confirmation.code]),
        "series_appointments": appointment.series.appointments.order_by("starts_at") if appointment.series else [],
        "changes": appointment.changes.select_related("by"),
    }


def rare_steps(appointment: Appointment) -> list[tuple[str, str]]:
    """What can be said of one that is not ahead any more, as buttons: label and address."""
    steps = {
        Status.COMPLETED: (_("Completed"), "booking:desk-appointment-complete"),
        Status.NO_SHOW: (_("No-show"), "booking:desk-appointment-no-show"),
    }
    return [
        (label, reverse(name, args=[appointment.public_id]))
        for status, (label, name) in steps.items()
        if appointment.can_become(status) and not appointment.is_ahead
    ]


def rare_pages(appointment: Appointment) -> list[tuple[str, str]]:
    """Where it is moved once it is not ahead any more, and where it is repeated: label and address."""
    pages = []
    if appointment.can_become(Status.CANCELLED) and not (appointment.is_offered or appointment.is_ahead):
        pages.append((_("Move"), "booking:desk-appointment-move"))
    if appointment.status not in (Status.CANCELLED, Status.OFFERED):
        pages.append((_("Repeat this appointment"), "booking:desk-appointment-repeat"))
    return [(label, reverse(name, args=[appointment.public_id])) for label, name in pages]
