"""The practice's row again, now that there are reminders which follow its quiet hours."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from booking.admin.reminders import follow
from booking.models import ReminderRule
from clinic.admin.practice import PracticeAdmin
from clinic.models import Practice

# What the moment of a reminder is counted with.
COUNTED_WITH = frozenset({"quiet_from", "quiet_until", "time_zone", "confirmation_delay_minutes"})

admin.site.unregister(Practice)


@admin.register(Practice)
class PracticeAndReminders(PracticeAdmin):
    """As below; what is pending follows an edit of the hours, as it follows an edit of the rules."""

    def save_model(self, request: HttpRequest, obj: Practice, form: Any, change: bool) -> None:
        """Save, then bring what is pending in line."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if COUNTED_WITH & set(form.changed_data):
                for rule in {rule.kind: rule for rule in ReminderRule.objects.order_by("pk")}.values():
                    follow(request, rule)
