"""What was paid for an appointment and how, and what changed its price. Rows are added, never edited or deleted."""

import uuid
from decimal import Decimal

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.appointments.models.appointment import Appointment
from clinic.country.money import PriceField
from clinic.models.columns import actor_field


class PaymentMethod(models.TextChoices):
    """By which way money came or went back."""

    CASH = "cash", _("cash")
    CARD = "card", _("card terminal")
    TRANSFER = "transfer", _("transfer")
    VOUCHER = "voucher", _("voucher")


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Sets of payments that someone asks for."""

    def standing(self) -> "PaymentQuerySet":
        """Those that were entered rightly: neither what was taken back as a mistake nor the row that takes it back."""
        return self.exclude(entered_wrongly=True).exclude(refunds__entered_wrongly=True)


class PriceAdjustment(models.Model):
    """A change of what one appointment costs: an extra above zero, a discount below, with the reason."""

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    appointment = models.ForeignKey(
        Appointment, verbose_name=_("appointment"), on_delete=models.PROTECT, related_name="price_adjustments"
    )
    amount = PriceField(_("amount"), help_text=_("A discount is below zero."))
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.CharField(_("reason"), max_length=120, help_text=_("Stands on the receipt."))
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = actor_field(_("made by"))
    idempotency_key = models.CharField(_("idempotency key"), max_length=120, blank=True, editable=False)

    class Meta:
        verbose_name = _("price adjustment")
        verbose_name_plural = _("price adjustments")
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "idempotency_key"],
                name="adjustment_once",
                condition=~models.Q(idempotency_key=""),
            ),
            models.CheckConstraint(
                condition=~models.Q(amount=0) & ~models.Q(reason=""),
                name="adjustment_has_amount_and_reason",
                violation_error_message=_("A change of the price has an amount and a reason."),
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class Payment(models.Model):
    """Money for one appointment that came by one way, or went back: then below zero, with the payment it refunds."""

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    appointment = models.ForeignKey(
        Appointment, verbose_name=_("appointment"), on_delete=models.PROTECT, related_name="payments"
    )
    amount = PriceField(_("amount"), help_text=_("A refund is below zero."))
    currency = models.CharField(_("currency"), max_length=3)
    method = models.CharField(_("way of paying"), max_length=10, choices=PaymentMethod)
    reference = models.CharField(
        _("number"),
        max_length=60,
        blank=True,
        help_text=_("Of the voucher, or what the transfer is known by. Never of a card."),
    )
    refund_of = models.ForeignKey(
        "self", verbose_name=_("refund of"), null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True, help_text=_("Why money went back."))
    entered_wrongly = models.BooleanField(
        _("takes back a mistake"),
        default=False,
        db_default=False,
        help_text=_("No money went back: what this refunds was never received."),
    )
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    received_by = actor_field(_("received by"))
    idempotency_key = models.CharField(_("idempotency key"), max_length=120, blank=True, editable=False)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["received_at", "id"]
        indexes = [models.Index(fields=["received_at"], name="payment_received")]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "idempotency_key"], name="payment_once", condition=~models.Q(idempotency_key="")
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, refund_of=None) | models.Q(amount__lt=0, refund_of__isnull=False),
                name="payment_is_above_zero_or_a_refund",
                violation_error_message=_("A payment is above zero, a refund below and of a payment."),
            ),
            models.CheckConstraint(
                condition=models.Q(method__in=[str(method) for method in PaymentMethod]), name="payment_method_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_method_display())

    @property
    def is_refund(self) -> bool:
        """Whether money went back to the client."""
        return self.refund_of_id is not None

    @property
    def back_in_words(self) -> str:
        """That money went back, or that none had come; empty for money that came."""
        if self.entered_wrongly:
            return gettext("taken back")
        return gettext("given back") if self.is_refund else ""

    @property
    def minus(self) -> Decimal:
        """What it takes off what is owed."""
        return -self.amount
