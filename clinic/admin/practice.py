"""The practice's one row: edited, never added or deleted."""

from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.translation import gettext_lazy as _

from clinic.admin.base import Admin, NeverDeleted, fieldset
from clinic.models import Practice, User
from clinic.web.http import practice_of

SNIPPET = '<iframe src="{}" title="{}" width="320" height="90" style="border:0"></iframe>'

OWNERS_ONLY = (
    *("second_factor_required", "colleague_notes"),
    *("idle_minutes_own_device", "idle_minutes", "session_hours"),
)


@admin.register(Practice)
class PracticeAdmin(NeverDeleted, Admin[Practice]):
    """Everything an owner decides once, in the order in which they are asked about it."""

    fieldsets = (
        fieldset(_("Who and where"), "name", ("street", "city"), ("phone", "email"), "directions"),
        fieldset(
            *(_("Your page"), "tagline", "newcomer_text"),
            *(("map_link", "latitude", "longitude"), ("accent_colour", "paper_colour")),
        ),
        fieldset(_("Country and clock"), ("country", "locale"), "own_emergency_number", "time_zone", "currency"),
        fieldset(
            *(_("Booking"), "slot_step_minutes", "notice_minutes", "horizon_days"),
            *(("cancel_cutoff_hours", "moves_per_appointment", "appointments_ahead"),),
            *(("bookings_per_network", "confirms_address"), "waitlist_hold_minutes"),
            *("policy_text", "fee_text", "missed_fee_percent"),
            about=_("A service may have its own notice, horizon, step and cut-off."),
        ),
        fieldset(_("Receipts"), "tax_number", "tax_line", ("tax_name", "tax_rate")),
        fieldset(_("Consent"), "consent_text", "consent_version"),
        fieldset(_("Messages"), ("quiet_from", "quiet_until"), "confirmation_delay_minutes"),
        fieldset(_("Records"), "retention_years"),
        fieldset(_("Your web site"), "embed_origins", "embed_snippet"),
        fieldset(
            *(_("Safety"), "second_factor_required"),
            *(("idle_minutes_own_device", "idle_minutes", "session_hours"), "colleague_notes"),
        ),
    )

    readonly_fields = ("embed_snippet",)

    def get_readonly_fields(self, request: HttpRequest, obj: Practice | None = None) -> tuple[str, ...]:
        """How people sign in, and whose notes they read, is the owners' to say."""
        is_owner = isinstance(request.user, User) and request.user.is_superuser
        return self.readonly_fields if is_owner else (*self.readonly_fields, *OWNERS_ONLY)

    @admin.display(description=_("copy this into your page"))
    def embed_snippet(self, practice: Practice) -> str:
        """The piece of HTML that shows the Book button on the practice's own web site."""
        address = settings.SITE_URL + reverse("booking:embed")
        title = _("Book at %(name)s") % {"name": practice.name}
        # Escaped twice: once as the attribute that it becomes there, once as the text that it is here.
        return format_html("<code>{}</code>", escape(format_html(SNIPPET, address, title)))

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """There is one practice; the first migration made it."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """A list of one row is no help: go to the row."""
        if not self.has_view_or_change_permission(request):
            return super().changelist_view(request, extra_context)
        return HttpResponseRedirect(reverse("admin:clinic_practice_change", args=[practice_of(request).pk]))

    def response_post_save_change(self, request: HttpRequest, obj: Model) -> HttpResponseRedirect:
        """After saving, back to the index and not to the list that would lead here again."""
        return HttpResponseRedirect(reverse("admin:index"))
