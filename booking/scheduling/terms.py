"""What a person was shown before they said yes: price, length and policy. What was shown is what is booked."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.errors import TermsChanged
from booking.models import AddOn, Appointment, Service
from booking.scheduling.order import Order
from clinic.models import Practice
from clinic.templatetags import moments

PRICE, CURRENCY, MINUTES, POLICY = "shown_price", "shown_currency", "shown_minutes", "shown_policy"
FIELD_NAMES = (PRICE, CURRENCY, MINUTES, POLICY)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Price and length of all together, and which policy; what is None or empty was not shown."""

    price: Decimal | None = None
    currency: str = ""
    minutes: int | None = None
    policy: str = ""
    """A hash of the policy's text."""

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Names and values of hidden fields that carry them through a form."""
        values = (self.price, self.currency, self.minutes, self.policy)
        return [(name, str(value)) for name, value in zip(FIELD_NAMES, values, strict=True) if value not in (None, "")]

    @property
    def in_words(self) -> str:
        """Length and price as people read them: “60 minutes, €72”."""
        length = ""
        if self.minutes is not None:
            length = ngettext("%(count)d minute", "%(count)d minutes", self.minutes) % {"count": self.minutes}
        money = moments.price(self.price, self.currency) if self.price is not None else ""
        return ", ".join(filter(None, [length, money]))


def terms_of(order: Order, practice: Practice) -> Terms:
    """What a booking of this order is made at now."""
    policy = policy_mark(practice.policy)
    return Terms(price=order.price, currency=practice.currency, minutes=order.minutes, policy=policy)


def terms_as_booked(appointment: Appointment, practice: Practice | None = None) -> Terms:
    """At what an appointment stands; with the policy of today where somebody is still to accept it."""
    return Terms(
        price=appointment.price,
        currency=appointment.currency,
        minutes=appointment.minutes,
        policy=policy_mark(practice.policy) if practice else "",
    )


def tax_in_words(practice: Practice) -> str:
    """What stands beside a price: the tax within it by the practice's rate, else its tax line; as receipts have it."""
    if practice.tax_rate:
        rate = f"{practice.tax_rate.normalize():f}"
        return _("including %(rate)s%% %(tax)s") % {"rate": rate, "tax": practice.tax_name or _("tax")}
    return practice.tax_line


def terms_of_swap(order: Order, appointment: Appointment, practice: Practice) -> Terms:
    """At what an appointment stands with this order: a new service at today's terms, the same one as booked."""
    currency = appointment.currency if order.service.pk == appointment.service_id else practice.currency
    return Terms(price=order.price, currency=currency, minutes=order.minutes)


def policy_mark(policy: str) -> str:
    """A short mark of a policy's text, the same for texts that read the same."""
    return hashlib.sha256(" ".join(policy.split()).encode()).hexdigest()[:16]


def terms_in_form(data: Mapping[str, str]) -> Terms:
    """The terms that a form carries. What is missing or cannot be read counts as not shown."""
    try:
        price = Decimal(data.get(PRICE, ""))
    except InvalidOperation:
        price = Decimal("NaN")
    minutes = data.get(MINUTES, "")
    return Terms(
        price=price if price.is_finite() else None,
        currency=data.get(CURRENCY, "")[:3],
        minutes=int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 6 else None,
        policy=data.get(POLICY, "")[:16],
    )


def price_list(services: Iterable[Service], add_ons: Iterable[AddOn], currency: str) -> str:
    """What a page with a whole price list shows, as the value of one hidden field."""
    listed = {
        "currency": currency,
        "services": {each.slug: [str(each.price), each.minutes] for each in services},
        "add_ons": {each.slug: [str(each.price), each.minutes] for each in add_ons},
    }
    return json.dumps(listed, separators=(",", ":"))


def terms_in_price_list(text: str, order: Order) -> Terms | None:
    """The terms of an order as that list showed them; None where it does not name all of it, or cannot be read."""
    try:
        listed = json.loads(text)
        lines = [listed["services"][order.service.slug], *(listed["add_ons"][each.slug] for each in order.add_ons)]
        price = sum((Decimal(money) for money, _minutes in lines), Decimal())
        minutes = sum(int(minutes) for _money, minutes in lines)
        return Terms(price=price, currency=str(listed["currency"]), minutes=minutes) if price.is_finite() else None
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError):
        return None


def must_match_shown_terms(shown: Terms | None, now: Terms) -> None:
    """Refuse another length, currency or policy than was shown, or a higher price. Raises TermsChanged."""
    if shown is None:
        return
    other_currency = bool(shown.currency and now.currency) and shown.currency != now.currency
    dearer = None not in (shown.price, now.price) and now.price > shown.price  # type: ignore[operator]
    other_length = shown.minutes is not None and shown.minutes != now.minutes
    if other_currency or dearer:
        code = "price_changed"
        said = _("The price has changed meanwhile: now it is %(now)s. If you agree, please send it again.")
    elif other_length:
        code = "length_changed"
        said = _("The length has changed meanwhile: now it is %(now)s. If you agree, please send it again.")
    elif shown.policy and shown.policy != now.policy:
        code = "policy_changed"
        said = _("Our booking policy has changed meanwhile. Please read it again, and accept it if you agree.")
    else:
        return
    said %= {"now": now.in_words}
    raise TermsChanged(said, code=code, price=now.price, currency=now.currency, minutes=now.minutes)
