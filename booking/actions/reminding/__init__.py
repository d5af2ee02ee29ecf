"""What an appointment owes its client in words: owed and voided with the appointment, swept into mails when due."""

from booking.actions.reminding.owing import (
    any_now,
    forget_client,
    from_booking,
    owe_acceptance,
    owe_aftercare,
    owe_cancellation,
    owe_change,
    owe_offer,
    owe_rebook,
    owe_reminders,
    void_reminders,
)
from booking.actions.reminding.rules import default_rules, ensure_default_rules, recompute_rule
from booking.actions.reminding.sweeping import sweep_reminders
from booking.actions.reminding.together import tell_together

__all__ = [
    "any_now",
    "default_rules",
    "ensure_default_rules",
    "forget_client",
    "from_booking",
    "owe_acceptance",
    "owe_aftercare",
    "owe_cancellation",
    "owe_change",
    "owe_offer",
    "owe_rebook",
    "owe_reminders",
    "recompute_rule",
    "sweep_reminders",
    "tell_together",
    "void_reminders",
]
