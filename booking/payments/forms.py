"""Forms about money: how it was paid, what changes a price, what goes back, a receipt."""

import secrets
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from crispy_forms.layout import Div
from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from booking.appointments.forms import LaidOut
from booking.models import Appointment, Payment, PaymentMethod, PriceAdjustment
from booking.payments.actions import adjust_price, record_payment, refund_payment
from booking.payments.balances import NO_MONEY, balance_of
from booking.payments.card_numbers import validate_no_card_number
from booking.payments.missed_fee import missed_fee, missed_fee_name
from clinic.country.locale import current_formats, decimals_of, exact_amount
from clinic.models import Practice, User

if TYPE_CHECKING:
    PaymentChoiceBase = forms.ModelChoiceField[Payment]
else:
    PaymentChoiceBase = forms.ModelChoiceField

PAY_LATER = "later"


def method_choices() -> list[tuple[str, str]]:
    """The ways of paying, to choose from."""
    return [(method.value, capfirst(str(method.label))) for method in PaymentMethod]


class MoneyInput(forms.DecimalField):
    """An amount in a currency: as many decimals as it has, 72.00 or 7200 or 12.500, typed with a dot or a comma."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=11, decimal_places=3, **kwargs)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "narrow"})

    def to_python(self, value: Any) -> Any:
        """Both 72.50 and 72,50."""
        typed = str(value or "").strip()
        if typed.count(",") == 1 and "." not in typed and len(typed.rpartition(",")[2]) != 3:
            typed = typed.replace(",", ".")
        return super().to_python(typed.replace(",", ""))

    def use_currency(self, currency: str) -> None:
        """Name the currency, since the practice may have another by now than was booked in."""
        self.label = _("Amount (%(currency)s)") % {"currency": currency}
        self.decimal_places = decimals_of(currency)


class NoCardNumber(forms.CharField):
    """A line about money, in which no card's number may stand, and which no browser fills in."""

    default_validators = [validate_no_card_number]
    widget = forms.TextInput(attrs={"autocomplete": "off"})


class MoneyReason(NoCardNumber):
    """What a change of the price or money that goes back is for."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=120, help_text=_("Stands on the receipt, so nothing about health."), **kwargs)


class MoneyForm(LaidOut, forms.Form):
    """A form about money of one appointment that is sent once: again it changes nothing."""

    key = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    # The page may be one form: what must be filled here need not be for another button.
    use_required_attribute = False

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        self.appointment = appointment
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = secrets.token_urlsafe(18)
        cast("MoneyInput", self.fields["amount"]).use_currency(appointment.currency)


class PaymentForm(MoneyForm):
    """How an appointment was paid: how much, by which way, and the voucher's number.

    With `may_wait` there is a further choice, to be paid later, and it is the first: for a sheet that asks more than
    this. `save` writes the payment, or nothing where it is to be paid later.
    """

    method = forms.ChoiceField(label=_("Paid how"), choices=method_choices, widget=forms.RadioSelect)
    amount = MoneyInput(label=_("Amount"), required=False)
    reference = NoCardNumber(
        label=_("Number"),
        required=False,
        max_length=60,
        help_text=_("Of a voucher; of a transfer if you like. Never of a card."),
    )
    prefix = "pay"
    layout = ("key", Div("method", css_class="pay-methods"), Div("amount", "reference", css_class="side-by-side"))

    def __init__(self, *args: Any, appointment: Appointment, may_wait: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, appointment=appointment, **kwargs)
        self.balance = balance_of(appointment)
        method = cast("forms.ChoiceField", self.fields["method"])
        self.fields["amount"].initial = exact_amount(max(self.balance.outstanding, Decimal(0)), appointment.currency)
        if may_wait:
            method.choices = [*method_choices(), (PAY_LATER, _("Later"))]
            method.required = False

    @property
    def is_later(self) -> bool:
        """Whether nothing is to be written now, once valid."""
        return self.cleaned_data.get("method") in (PAY_LATER, "")

    def clean(self) -> dict[str, Any]:
        """A payment has an amount."""
        cleaned = super().clean() or {}
        paid = cleaned.get("method") not in (None, "", PAY_LATER)
        if paid and cleaned.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Please give an amount above zero."))
        return cleaned

    def save(self, *, by: User | None) -> Payment | None:
        """Record the payment of a valid form; None where it is to be paid later. Raises Refusal."""
        if self.is_later:
            return None
        return record_payment(self.appointment, **self.cleaned_data, by=by)


class AdjustmentForm(MoneyForm):
    """An extra or a discount, with what it is for."""

    kind = forms.ChoiceField(
        label=_("What"), choices=[("less", _("Discount")), ("more", _("Extra, tip or fee"))], initial="less"
    )
    amount = MoneyInput(label=_("Amount"))
    reason = MoneyReason(label=_("What it is for"))
    prefix = "line"
    layout = ("key", Div("kind", "amount", css_class="side-by-side"), "reason")

    def __init__(self, *args: Any, appointment: Appointment, practice: Practice | None = None, **kwargs: Any) -> None:
        super().__init__(*args, appointment=appointment, **kwargs)
        self.fee = missed_fee(appointment, practice) if practice else NO_MONEY
        if self.fee:
            self.initial = {"kind": "more", "amount": self.fee, "reason": missed_fee_name(appointment)}

    def save(self, *, by: User | None) -> PriceAdjustment:
        """Write the line of a valid form. Raises Refusal."""
        typed = self.cleaned_data
        sign = -1 if typed["kind"] == "less" else 1
        return adjust_price(
            self.appointment, amount=sign * typed["amount"], reason=typed["reason"], by=by, key=typed["key"]
        )


class PaymentChoice(PaymentChoiceBase):
    """Payments to choose from, each with its amount and day."""

    def label_from_instance(self, payment: Payment) -> str:
        """Card terminal, €72.00, 27 Nov 2026."""
        formats = current_formats()
        amount = formats.money(payment.amount, payment.currency, all_decimals=True)
        return f"{capfirst(str(payment))}, {amount}, {formats.short_date(timezone.localtime(payment.received_at))}"


class RefundForm(MoneyForm):
    """Money that goes back: of which payment, how much, by which way, why."""

    payment = PaymentChoice(
        label=_("Of which payment"), queryset=Payment.objects.none(), to_field_name="public_id", empty_label=None
    )
    method = forms.ChoiceField(label=_("Given back how"), choices=method_choices)
    amount = MoneyInput(label=_("Amount"))
    reason = MoneyReason(label=_("Why"))
    lowers_price = forms.BooleanField(
        label=_("The price is lower by as much"),
        required=False,
        help_text=_("Untick it where the money is still to be paid, by another way for example."),
    )
    prefix = "back"
    layout = ("key", "payment", Div("method", "amount", css_class="side-by-side"), "reason", "lowers_price")

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, appointment=appointment, **kwargs)
        # Where more was paid than is owed, the price is lower already.
        self.fields["lowers_price"].initial = balance_of(appointment).outstanding >= 0
        payment = cast("PaymentChoice", self.fields["payment"])
        payment.queryset = Payment.objects.standing().filter(appointment=appointment, refund_of=None)
        newest = payment.queryset.last()
        if newest is not None:
            self.fields["payment"].initial, self.fields["method"].initial = newest.public_id, newest.method

    def save(self, *, by: User | None) -> Payment:
        """Write the refund of a valid form. Raises Refusal."""
        return refund_payment(**self.cleaned_data, by=by)


class ReceiptForm(forms.Form):
    """The address that a receipt is made out to."""

    client_address = NoCardNumber(
        label=_("Address of the client"), required=False, max_length=300, help_text=_("Where an insurer asks for it.")
    )
    prefix = "receipt"


class CancelReceiptForm(forms.Form):
    """What was wrong with a receipt."""

    reason = forms.CharField(label=_("What was wrong with it?"), max_length=200, validators=[validate_no_card_number])
