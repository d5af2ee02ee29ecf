"""The bar of the session screen: arrived, paid, signed, completed, rebooked; each once, the next one first."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.appointments.arrival import may_arrive
from booking.appointments.next_appointment import NextOffer, interval_in_weeks, next_booked, next_offer
from booking.appointments.undo import no_show_to_undo
from booking.desk.forms import AcceptForm
from booking.models import BOOKED, Appointment, SessionNote, Status
from booking.payments.access import may_take_payment
from booking.payments.forms import PaymentForm
from booking.payments.missed_fee import missed_fee, missed_fee_name
from booking.scheduling.terms import terms_of
from clinic.models import Practice, User

# How long after a session the next one is still agreed from its screen; later it is an ordinary booking.
REBOOKED_WITHIN = dt.timedelta(days=7)
# Under these names the sheet carries what it showed of price and length.
TERMS_PREFIX = "next-"


def action_bar(
    user: User, appointment: Appointment, note: SessionNote | None, practice: Practice, forms: Mapping[str, Any]
) -> dict[str, Any]:
    """What may be done with it, and whether anything needs doing: nothing does once it is cancelled or missed."""
    now = timezone.now()
    has_begun = appointment.status in BOOKED and appointment.starts_at <= now
    booked = next_booked(appointment) if appointment.status in BOOKED else None
    offer, pay = None, None
    if has_begun and booked is None and now - appointment.ends_at < REBOOKED_WITHIN:
        offer = next_offer(appointment, interval_in_weeks(appointment, note), practice)
    if has_begun and may_take_payment(user, appointment):
        pay = forms.get("pay_form") or PaymentForm(appointment=appointment, may_wait=True)
    finish = forms.get("finish_form")
    may_complete = has_begun and appointment.can_become(Status.COMPLETED)
    label, submit = finish_labels(may_complete=may_complete, has_offer=offer is not None)
    return {
        "may": {each.name: appointment.can_become(each) for each in Status},
        "is_booked": appointment.status in BOOKED,
        "is_cancelled_or_missed": not appointment.is_active,
        "may_arrive": may_arrive(appointment),
        "has_begun": has_begun,
        "may_complete": may_complete,
        "may_miss": may_complete and appointment.can_become(Status.NO_SHOW) and not appointment.has_arrived,
        **missed_context(user, appointment, practice),
        "finish_form": finish,
        "finish_label": "" if finish is not None and finish.is_bound else label,
        "finish_submit": submit,
        "pay_form": pay,
        "next_booked": booked,
        **offer_context(appointment, offer, practice),
        "next_key": uuid.uuid4(),
        "accept_form": forms.get("accept_form") or AcceptForm(),
    }


def missed_context(user: User, appointment: Appointment, practice: Practice) -> dict[str, Any]:
    """What is left to decide of one that was missed: its fee, where one is asked, and whether it was a mistake."""
    fee = missed_fee(appointment, practice) if may_take_payment(user, appointment) else None
    return {
        "may_undo_no_show": no_show_to_undo(appointment) is not None,
        "fee": fee,
        "fee_name": missed_fee_name(appointment),
    }


def finish_labels(*, may_complete: bool, has_offer: bool) -> tuple[str, str]:
    """What opens the sheet that ends a session (empty: nothing is left to end), and what sends it."""
    if may_complete and has_offer:
        return _("Complete and rebook"), _("Complete and book")
    if may_complete:
        return _("Complete"), _("Complete the session")
    return (_("Rebook"), _("Book it")) if has_offer else ("", _("Save"))


def offer_context(appointment: Appointment, offer: NextOffer | None, practice: Practice) -> dict[str, Any]:
    """The times to rebook at, with the price and length that are shown beside them, and the way to any other time."""
    if offer is None:
        return {"next_offer": None}
    terms = terms_of(offer.order, practice)
    return {
        "next_offer": offer,
        "next_terms": terms,
        "next_terms_fields": [(TERMS_PREFIX + name, value) for name, value in terms.fields],
        "other_time_url": other_time_url(appointment, offer),
    }


def other_time_url(appointment: Appointment, offer: NextOffer) -> str:
    """The booking page, filled with the same again on the day that is meant."""
    asked = {
        "client": appointment.client.public_id,
        "service": offer.order.service.slug,
        "add_ons": [each.slug for each in offer.order.add_ons],
        "therapist": appointment.therapist.public_id,
        "day": offer.wanted.date().isoformat(),
    }
    return f"{reverse('booking:desk-book')}?{urlencode(asked, doseq=True)}"
