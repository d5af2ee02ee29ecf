"""What a no-show or a late cancellation costs by the practice's rule: offered at the desk, charged by a person only."""

from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from booking.appointments.undo import no_show_to_undo, undo_no_show
from booking.models import Appointment, Status
from booking.payments.actions import adjust_price
from booking.payments.balances import NO_MONEY, balance_of
from clinic.country.locale import decimals_of
from clinic.models import Practice, User


def missed_fee(appointment: Appointment, practice: Practice) -> Decimal:
    """The fee to offer, in the appointment's currency; nothing where the practice asks none, the client owes none, or
    something was charged already."""
    if not practice.missed_fee_percent or not appointment.was_missed(practice) or balance_of(appointment).owed:
        return NO_MONEY
    exact = appointment.price * practice.missed_fee_percent / 100
    return exact.quantize(Decimal(1).scaleb(-decimals_of(appointment.currency)), ROUND_HALF_UP)


def missed_fee_name(appointment: Appointment) -> str:
    """What the fee is called, at the desk and on the receipt."""
    return _("No-show fee") if appointment.status == Status.NO_SHOW else _("Late cancellation fee")


def undo_no_show_with_fee(appointment: Appointment, *, by: User) -> None:
    """Undo a no-show, and take off what was charged for it since. Raises Refusal as `undo_no_show` does."""
    marked = no_show_to_undo(appointment)
    undo_no_show(appointment, by=by)
    since = (
        appointment.price_adjustments.filter(made_at__gte=marked.at) if marked else appointment.price_adjustments.none()
    )
    charged = since.aggregate(sum=Sum("amount"))["sum"] or NO_MONEY
    if charged > 0:
        adjust_price(appointment, amount=-charged, reason=_("No-show undone"), by=by)
