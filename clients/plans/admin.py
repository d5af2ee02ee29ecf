"""Care plans in the admin: read here, reviewed at the desk."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clients.models import CarePlan, CarePlanItem
from clients.record.admin.health_records import HealthRecord
from clinic.admin.base import Inline, ReadOnlyAdmin


class CarePlanItemInline(ReadOnlyAdmin, Inline[CarePlanItem, CarePlan]):
    """The items with their state and, where something held them back, the reasons."""

    model = CarePlanItem
    fields = readonly_fields = ("kind", "name", "state", "dose", "evidence_grade", "held_back", "override_reason")
    extra = 0

    @admin.display(description=_("left out because"))
    def held_back(self, item: CarePlanItem) -> str:
        """Every reason in words."""
        return " ".join(f"{why['name']}: {why['reason']}" for why in item.withheld_because)


@admin.register(CarePlan)
class CarePlanAdmin(HealthRecord):
    """What was advised, under which edition of the catalogue, and who approved it."""

    noun = "care plan"
    list_display = ("client", "technique", "state", "made_at", "approved_at", "approved_by")
    list_filter = ("state", "technique", "made_at")
    list_select_related = ("client", "approved_by")
    date_hierarchy = "made_at"
    inlines = (CarePlanItemInline,)
    readonly_fields = ("told",)
    fields = (
        "client",
        "intake",
        "technique",
        "appointment",
        "triage",
        "state",
        "catalogue_version",
        "made_at",
        "told",
        "doctor_note",
    )

    @admin.display(description=_("what was said about warning signs"))
    def told(self, plan: CarePlan) -> str:
        """In the words of that day."""
        return " ".join(plan.warning_texts) or "-"
