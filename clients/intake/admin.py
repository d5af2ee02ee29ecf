"""Intakes, the requests for them, and pain scores: read in the admin, written by clients."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from clients.models import BodyMark, Intake, IntakeAcknowledgement, IntakeRequest, IntakeRetraction, PainScore
from clients.record.admin.health_records import HealthRecord
from clinic.admin.base import Inline, ReadOnlyAdmin


class BodyMarkInline(ReadOnlyAdmin, Inline[BodyMark, Intake]):
    """Where it hurts."""

    model = BodyMark


class PainScoreInline(ReadOnlyAdmin, Inline[PainScore, Intake]):
    """How strong it was then."""

    model = PainScore
    fields = readonly_fields = ("measure", "moment", "value", "given_at")


class IntakeAcknowledgementInline(ReadOnlyAdmin, Inline[IntakeAcknowledgement, Intake]):
    """Who saw to an emergency or doctor-first answer, and when."""

    model = IntakeAcknowledgement
    fields = readonly_fields = ("by", "at")


class IntakeRetractionInline(ReadOnlyAdmin, Inline[IntakeRetraction, Intake]):
    """The client's retraction of the answer, and which answers replaced it."""

    model = IntakeRetraction
    fk_name = "intake"
    fields = readonly_fields = ("at", "replaced_by", "red_flags")


@admin.register(Intake)
class IntakeAdmin(HealthRecord):
    """One intake as it was given. A change is a new intake."""

    noun = "intake"
    list_display = ("client", "technique", "given_at", "catalogue_version")
    list_filter = ("technique", "given_at")
    date_hierarchy = "given_at"
    inlines = (BodyMarkInline, PainScoreInline, IntakeAcknowledgementInline, IntakeRetractionInline)
    fieldsets = (
        (None, {"fields": ("client", "given_at", "technique", "triage", "consent", "catalogue_version")}),
        (_("The client"), {"fields": ("age", "emergency_contact", "physician", "occupation")}),
        (_("The pain"), {"fields": ("symptoms", "pain", "onset", "causes", "aggravating", "relieving")}),
        (_("Warning signs"), {"fields": ("red_flags", "checked", "denied")}),
        (_("Health"), {"fields": ("conditions", "where", "weeks", "medicines", "allergies", "surgery", "other_care")}),
        (_("Comfort"), {"fields": ("massage_before", "pressure", "positions", "aids", "communication", "room")}),
        (_("Wishes"), {"fields": ("goals", "focus", "areas_to_avoid")}),
    )


@admin.register(IntakeRequest)
class IntakeRequestAdmin(HealthRecord):
    """Who was asked, and who has answered. Answers so far stay with the client until they send them."""

    noun = "intake request"
    list_display = ("client", "technique", "requested_at", "saved_at", "answered")
    list_filter = ("technique", "requested_at", ("intake", admin.EmptyFieldListFilter))
    date_hierarchy = "requested_at"
    fields = ("client", "technique", "appointment", "requested_at", "saved_at", "intake")

    @admin.display(description=_("answered"), boolean=True)
    def answered(self, row: IntakeRequest) -> bool:
        """Whether the intake was sent."""
        return not row.is_open


@admin.register(PainScore)
class PainScoreAdmin(HealthRecord):
    """Single numbers of a pain measure; the list says whose and when, not how much."""

    noun = "pain score"
    list_display = ("client", "measure", "moment", "given_at")
    list_filter = ("measure", "moment", "given_at")
    date_hierarchy = "given_at"
