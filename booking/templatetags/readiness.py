"""What an owner has to see to before clients can book, for the first page of the admin."""

from typing import Any

from django import template

from booking.scheduling.readiness import OwnerChecklist, owner_checklist

register = template.Library()


@register.simple_tag(takes_context=True)
def owners_checklist(context: dict[str, Any]) -> OwnerChecklist | None:
    """The list for an owner; None for everybody else."""
    return owner_checklist() if context["request"].user.is_superuser else None
