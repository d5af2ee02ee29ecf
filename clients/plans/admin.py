"""Care plans in the admin: read here, reviewed at the desk; and how the tips do, over all clients."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from clients.models import CarePlan, CarePlanItem, TipAnswer
from clients.plans.tip_statistics import FEWEST_ANSWERS, tip_counts
from clients.record.admin.health_records import HealthRecord
from clinic.accounts.rights import may_read_health
from clinic.admin.base import Admin, Inline, ReadOnlyAdmin


class CarePlanItemInline(ReadOnlyAdmin, Inline[CarePlanItem, CarePlan]):
    """The items with their state and, where something held them back, the reasons."""

    model = CarePlanItem
    fields = readonly_fields = ("kind", "name", "state", "dose", "evidence_grade", "held_back", "override_reason")

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
        "provisional",
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


@admin.register(TipAnswer)
class TipAnswerAdmin(ReadOnlyAdmin, Admin[TipAnswer]):
    """Which tips are done and which help. What one client said stands on the session screen, not here."""

    def has_view_permission(self, request: HttpRequest, obj: TipAnswer | None = None) -> bool:
        """The counts, for those with the right to read health records; no single answer."""
        return obj is None and super().has_view_permission(request, obj) and may_read_health(request.user)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The counts in place of a list of answers."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("How tips do"),
            "counts": tip_counts(),
            "fewest": FEWEST_ANSWERS,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/plans/tips.html", context)
