"""What a receipt says, ready to be shown: read from the receipt itself, so that it says today what it said then."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst

from booking.models import PaymentMethod, Receipt


@dataclass(frozen=True)
class ReceiptLine:
    """One line of what was owed."""

    text: str
    amount: Decimal


@dataclass(frozen=True)
class PaidLine:
    """One payment, or a refund below zero."""

    on: dt.date
    method: str
    amount: Decimal

    @property
    def is_refund(self) -> bool:
        """Whether money went back."""
        return self.amount < 0


@dataclass(frozen=True)
class ReceiptPage:
    """A receipt with what it says as values. `said` holds the texts."""

    receipt: Receipt
    said: dict[str, Any]

    @property
    def lines(self) -> list[ReceiptLine]:
        """What was owed, line by line."""
        return [ReceiptLine(each["text"], Decimal(each["amount"])) for each in self.said["lines"]]

    @property
    def paid(self) -> list[PaidLine]:
        """The payments it is about."""
        return [
            PaidLine(
                dt.date.fromisoformat(each["on"]),
                capfirst(str(PaymentMethod(each["method"]).label)),
                Decimal(each["amount"]),
            )
            for each in self.said["payments"]
        ]

    @property
    def has_total(self) -> bool:
        """Whether what is owed consists of more than one line."""
        return len(self.said["lines"]) > 1

    @property
    def owed(self) -> Decimal:
        """What the appointment cost then."""
        return Decimal(self.said["owed"])

    @property
    def earlier(self) -> Decimal:
        """What was paid before, and stands on other receipts."""
        return Decimal(self.said["earlier"])

    @property
    def outstanding(self) -> Decimal:
        """What was still open then."""
        return Decimal(self.said["outstanding"])

    @property
    def tax(self) -> Decimal | None:
        """The tax within its amount; None where it names none."""
        return Decimal(self.said["tax_amount"]) if "tax_amount" in self.said else None

    @property
    def day(self) -> dt.date:
        """The day of the session."""
        return dt.date.fromisoformat(self.said["date"])

    @property
    def issued_on(self) -> dt.date:
        """The day on which it was issued, in the practice."""
        return dt.date.fromisoformat(self.said["issued_on"])


def receipt_page(receipt: Receipt) -> ReceiptPage:
    """A receipt to be shown."""
    return ReceiptPage(receipt, receipt.content)
