"""Every mail, read-only; and the state of delivery, which a person may open again."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clinic.admin.base import Admin, NeverDeleted, ReadOnlyAdmin, fieldset
from clinic.mail.kinds import secret_codes
from clinic.models import DeliveryStatus, Heartbeat, OutgoingMail
from clinic.operations.logs import mask_tokens


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin, Admin[OutgoingMail]):
    """The ledger: what was written to whom, and what became of it."""

    list_display = ("created_at", "kind", "to_email", "state", "attempts", "sent_at", "reply")
    list_filter = ("state", "kind", "created_at", "maybe_duplicate")
    search_fields = ("to_email", "to_name", "subject", "message_id")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    readonly_fields = ("words",)
    fieldsets = (
        fieldset(None, "kind", ("to_name", "to_email"), "subject", "words"),
        fieldset(
            *(_("What became of it"), "state", ("created_at", "sent_at", "settled_at")),
            *(("attempts", "next_try_at", "not_after"), "reply", "maybe_duplicate"),
            *(("acknowledged_at", "acknowledged_by"), "resend_of", "message_id"),
        ),
    )

    @admin.display(description=_("text"))
    def words(self, mail: OutgoingMail) -> str:
        """What the mail says; a code or link to act with is nobody's but the recipient's."""
        return str(_("Only for the recipient.")) if mail.kind in secret_codes() else mask_tokens(mail.text)


@admin.register(DeliveryStatus)
class DeliveryStatusAdmin(NeverDeleted, Admin[DeliveryStatus]):
    """The way out. Empty “paused until” to let mail go again."""

    list_display = ("name", "paused_until", "reason", "down_since", "held_since")
    fields = ("name", "paused_until", "reason", "down_since", "down_reason", "held_since", "held_reason")
    readonly_fields = ("name", "reason", "down_since", "down_reason", "held_since", "held_reason")

    def has_add_permission(self, _request: object) -> bool:
        """Nobody adds it by hand: the sender makes the row."""
        return False


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin, Admin[Heartbeat]):
    """When each periodic job last finished."""

    list_display = ("name", "at", "trouble")
