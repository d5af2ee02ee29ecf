"""Session notes: no word of them in a list; locked when signed, then only addenda."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from booking.appointments.access import is_own_session, may_read_note
from booking.appointments.session_notes import write_parts
from booking.models import QuickPhrase, SessionNote, SessionNoteAddendum
from clients.record.access_log import note_access
from clients.record.admin.search import FoundByClient
from clinic.accounts.rights import may_read_health
from clinic.admin.base import Admin, Inline, NeverDeleted
from clinic.errors import Refusal
from clinic.models import AccessEvent, User
from clinic.models.practice import ColleagueNotes
from clinic.web.http import practice_of

SOAP_FIELDS = ("subjective", "objective", "assessment", "plan", "worked_on", "for_client", "rebook_weeks")


class AddendumInline(Inline[SessionNoteAddendum, SessionNote]):
    """Texts under a signed note: added, never changed."""

    model = SessionNoteAddendum
    fields = ("text",)
    extra = 1

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only a signed note gets addenda; before that it is changed itself."""
        return obj is not None and obj.is_locked and super().has_add_permission(request, obj)

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(SessionNote)
class SessionNoteAdmin(FoundByClient, NeverDeleted, Admin[SessionNote]):
    """Notes, found by client and date. They are written at the desk."""

    list_display = ("appointment", "client", "saved_at", "signed_at", "signed_by")
    list_filter = ("signed_at", "appointment__therapist")
    list_select_related = ("appointment__client", "appointment__therapist", "signed_by")
    search_fields = ("=appointment__public_id",)
    client_path = "appointment__client"
    date_hierarchy = "saved_at"
    fields = ("appointment", "client", *SOAP_FIELDS, "saved_at", "signed_at", "signed_by", "signed_reason")
    inlines = (AddendumInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SessionNote]:
        """The notes that this person reads: where the practice hides those of colleagues, their own."""
        notes: QuerySet[SessionNote] = super().get_queryset(request)
        shared = practice_of(request).colleague_notes == ColleagueNotes.READ
        if shared or request.user.is_superuser:
            return notes
        own = Q(appointment__therapist__user=request.user.pk) | Q(appointment__therapist__user=None)
        return notes.filter(own)

    def has_view_permission(self, request: HttpRequest, obj: SessionNote | None = None) -> bool:
        """Only for those with the right to read health records."""
        user = request.user
        allowed = super().has_view_permission(request, obj) and may_read_health(user)
        if obj is None or not isinstance(user, User):
            return allowed
        return allowed and may_read_note(user, obj.appointment, practice_of(request))

    def has_change_permission(self, request: HttpRequest, obj: SessionNote | None = None) -> bool:
        """A note is changed by whoever gave the session."""
        user = request.user
        allowed = super().has_change_permission(request, obj) and may_read_health(user)
        if obj is None or not isinstance(user, User):
            return allowed
        # A signed note is opened by whoever reads it, to add under it; its own fields are locked.
        return allowed and (
            is_own_session(user, obj.appointment)
            or (obj.is_locked and may_read_note(user, obj.appointment, practice_of(request)))
        )

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """A note belongs to an appointment; it begins there."""
        return False

    @admin.display(description=_("client"), ordering="appointment__client__sort_key")
    def client(self, note: SessionNote) -> str:
        """The client of the session."""
        return str(note.appointment.client)

    def get_readonly_fields(self, request: HttpRequest, obj: SessionNote | None = None) -> Any:
        """Every field is read-only once the note is signed."""
        kept = ("appointment", "client", "saved_at", "signed_at", "signed_by", "signed_reason")
        return (*kept, *SOAP_FIELDS) if obj is not None and obj.is_locked else kept

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the note, and remember who looked."""
        note = self.get_object(request, object_id)
        if note is not None and self.has_view_permission(request, note):
            note_access(
                note.appointment.client,
                noun="session note",
                action=AccessEvent.Action.CHANGE if request.method == "POST" else AccessEvent.Action.VIEW,
                user=request.user,  # type: ignore[arg-type] # the admin lets nobody in without a sign-in
            )
        return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: SessionNote, form: Any, change: bool) -> None:
        """Save through the action, which knows whether the note was signed meanwhile."""
        if not form.changed_data:
            return
        try:
            written = {name: getattr(obj, name) for name in SOAP_FIELDS if name in form.changed_data}
            write_parts(obj.appointment, parts=written, by=request.user)  # type: ignore[arg-type] # as above
        except Refusal as refusal:
            messages.error(request, refusal.for_team)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """An addendum knows who wrote it."""
        for addendum in formset.save(commit=False):
            addendum.by = request.user
            addendum.save()


@admin.register(QuickPhrase)
class QuickPhraseAdmin(Admin[QuickPhrase]):
    """The phrases that the session note offers."""

    list_display = ("text", "part", "position")
    list_editable = ("position",)
    list_filter = ("part",)
    search_fields = ("text",)
