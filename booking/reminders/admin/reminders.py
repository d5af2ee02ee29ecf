"""When messages go out (edited), and what each appointment owes (read-only)."""

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import ngettext

from booking.models import Appointment, Reminder, ReminderRule
from booking.reminders.rules import recompute_rule
from clients.record.admin.search import FoundByClient
from clinic.admin.base import Admin, Inline, ReadOnlyAdmin
from clinic.models import Practice
from clinic.web.http import practice_of


@admin.register(ReminderRule)
class ReminderRuleAdmin(Admin[ReminderRule]):
    """The rules. After each edit what is pending follows, losing and doubling nothing."""

    list_display = ("kind", "service", "minutes", "anchor", "active")
    list_filter = ("kind", "active", "service")
    list_select_related = ("service",)
    search_fields = ("kind", "service__name")

    def save_model(self, request: HttpRequest, obj: ReminderRule, form: object, change: bool) -> None:
        """Save, and bring the pending reminders in line."""
        before = ReminderRule.objects.filter(pk=obj.pk).first() if change else None
        super().save_model(request, obj, form, change)
        follow_rule_change(request, obj, practice_of(request))
        if before is not None and before.kind != obj.kind:
            follow_rule_change(request, before, practice_of(request))

    def delete_model(self, request: HttpRequest, obj: ReminderRule) -> None:
        """Delete, and bring the pending reminders in line."""
        super().delete_model(request, obj)
        follow_rule_change(request, obj, practice_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ReminderRule]) -> None:
        """Delete several rules; their pending reminders follow."""
        gone = list(queryset)
        with transaction.atomic():
            super().delete_queryset(request, queryset)
            for rule in gone:
                follow_rule_change(request, rule, practice_of(request))


def follow_rule_change(request: HttpRequest, rule: ReminderRule, practice: Practice) -> None:
    """Let the pending reminders of a rule's kind follow it and the practice as it is now; say how many did."""
    changed = recompute_rule(rule, practice)
    if changed:
        said = ngettext("%(number)d reminder follows.", "%(number)d reminders follow.", changed)
        messages.info(request, said % {"number": changed})


class ReminderInline(ReadOnlyAdmin, Inline[Reminder, Appointment]):
    """What an appointment owes."""

    model = Reminder
    fields = ("kind", "due_at", "state", "skip_reason", "mail")
    readonly_fields = fields


@admin.register(Reminder)
class ReminderAdmin(FoundByClient, ReadOnlyAdmin, Admin[Reminder]):
    """Every message that an appointment owed, and what became of it."""

    list_display = ("due_at", "kind", "appointment", "state", "skip_reason")
    list_filter = ("state", "kind", "due_at")
    list_select_related = ("appointment__therapist",)
    search_fields = ("=appointment__public_id",)
    client_path = "appointment__client"
    date_hierarchy = "due_at"
