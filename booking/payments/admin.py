"""Payments, adjustments and receipts, for looking up: they are only ever added to, at the desk."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from booking.models import Payment, PriceAdjustment, Receipt, ReceiptPayment
from clinic.admin.base import Admin, Inline, ReadOnlyAdmin
from clinic.country import locale


class MoneyAdmin:
    """A list of amounts, each in its own currency."""

    @admin.display(description=_("amount"), ordering="amount")
    def in_money(self, row: Payment | PriceAdjustment | Receipt) -> str:
        """The amount with its sign."""
        return locale.current_formats().money(row.amount, row.currency)

    @admin.display(description=_("client"), ordering="appointment__client__last_name")
    def client(self, row: Payment | PriceAdjustment) -> str:
        """Whose appointment it is."""
        return str(row.appointment.client)


@admin.register(Payment)
class PaymentAdmin(MoneyAdmin, ReadOnlyAdmin, Admin[Payment]):
    """What was paid and how. A refund is a row below zero."""

    list_display = ("received_at", "client", "in_money", "method", "reference", "received_by")
    list_filter = ("method", "received_at")
    list_select_related = ("appointment__client", "received_by")
    search_fields = ("reference", "=public_id")
    exclude = ("idempotency_key",)
    date_hierarchy = "received_at"


@admin.register(PriceAdjustment)
class PriceAdjustmentAdmin(MoneyAdmin, ReadOnlyAdmin, Admin[PriceAdjustment]):
    """Extras and discounts, with what they are for."""

    list_display = ("made_at", "client", "in_money", "reason", "made_by")
    list_select_related = ("appointment__client", "made_by")
    search_fields = ("reason",)
    exclude = ("idempotency_key",)
    date_hierarchy = "made_at"


class ReceiptPaymentInline(ReadOnlyAdmin, Inline[ReceiptPayment, Receipt]):
    """The payments that a receipt is about."""

    model = ReceiptPayment
    fields = ("payment",)
    readonly_fields = fields


@admin.register(Receipt)
class ReceiptAdmin(MoneyAdmin, ReadOnlyAdmin, Admin[Receipt]):
    """Receipts by number. A wrong one is cancelled by another, at the desk."""

    list_display = ("number", "issued_at", "client_name", "in_money", "cancels", "issued_by")
    list_select_related = ("cancels", "issued_by")
    search_fields = ("=number", "client_name")
    date_hierarchy = "issued_at"
    inlines = (ReceiptPaymentInline,)
