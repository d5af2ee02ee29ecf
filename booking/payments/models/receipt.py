"""Numbered receipts. Each keeps what it says, so that a later change of practice or price list never changes it."""

import uuid
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.appointments.models.appointment import Appointment
from booking.payments.models.payment import Payment
from clinic.country.money import PriceField
from clinic.models.columns import actor_field


class ReceiptCounter(models.Model):
    """The number given last, in one row: whoever issues a receipt holds its lock, so that no number comes twice and
    none is left out."""

    ONLY = 1

    id = models.SmallAutoField(primary_key=True)
    last = models.PositiveIntegerField(_("number given last"), default=0)

    class Meta:
        verbose_name = _("receipt counter")
        verbose_name_plural = _("receipt counter")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="receipt_counter_is_one_row")]

    def __str__(self) -> str:
        return str(self.last)


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    """Sets of receipts that someone asks for."""

    def standing(self) -> "ReceiptQuerySet":
        """Those that count: neither cancelled nor a cancellation."""
        return self.filter(cancels=None, cancelled_by=None)


class Receipt(models.Model):
    """What a client was given in writing about payments of one appointment. One that `cancels` another takes back what
    that one says (a credit note)."""

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveIntegerField(_("number"), unique=True)
    appointment = models.ForeignKey(
        Appointment, verbose_name=_("appointment"), on_delete=models.PROTECT, related_name="receipts"
    )
    payments = models.ManyToManyField(
        Payment, verbose_name=_("payments"), related_name="receipts", through="booking.ReceiptPayment"
    )
    cancels = models.OneToOneField(
        "self", verbose_name=_("cancels"), null=True, blank=True, on_delete=models.PROTECT, related_name="cancelled_by"
    )
    amount = PriceField(_("amount"), help_text=_("The sum of its payments; below zero where it cancels them."))
    currency = models.CharField(_("currency"), max_length=3)
    client_name = models.CharField(_("client"), max_length=200, blank=True)
    client_address = models.CharField(_("address of the client"), max_length=300, blank=True)
    reason = models.CharField(_("why it cancels"), max_length=200, blank=True)
    content = models.JSONField(_("what it says"), help_text=_("As it was when it was issued."))
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    issued_by = actor_field(_("issued by"))

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["number"]
        constraints = [models.CheckConstraint(condition=models.Q(number__gte=1), name="receipt_number_from_one")]

    def __str__(self) -> str:
        return gettext("Receipt no. %(number)s") % {"number": self.number}

    @property
    def is_cancelled(self) -> bool:
        """Whether a later one takes it back."""
        return hasattr(self, "cancelled_by")

    def said(self, name: str) -> Any:
        """One thing that it says; empty where it says nothing of it."""
        return self.content.get(name, "")


class ReceiptPaymentQuerySet(models.QuerySet["ReceiptPayment"]):
    """Sets of what receipts are about."""

    def for_copy(self) -> "ReceiptPaymentQuerySet":
        """None for the copy of a client's record: each receipt says itself what it is about."""
        return self.none()


class ReceiptPayment(models.Model):
    """That a receipt is about a payment."""

    receipt = models.ForeignKey(Receipt, verbose_name=_("receipt"), on_delete=models.PROTECT, related_name="lines")
    payment = models.ForeignKey(Payment, verbose_name=_("payment"), on_delete=models.PROTECT, related_name="lines")

    objects = ReceiptPaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment on a receipt")
        verbose_name_plural = _("payments on receipts")
        ordering = ["payment_id"]
        constraints = [models.UniqueConstraint(fields=["receipt", "payment"], name="payment_once_on_a_receipt")]

    def __str__(self) -> str:
        return f"{self.receipt_id}: {self.payment_id}"
