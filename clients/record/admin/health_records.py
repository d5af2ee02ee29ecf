"""What the records of a client's health have in common in the admin: read, found by client, and seen who looked."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from clients.record.access_log import note_access
from clients.record.admin.search import FoundByClient
from clinic.accounts.rights import may_read_health
from clinic.admin.base import Admin, ReadOnlyAdmin
from clinic.models import AccessEvent


class HealthRecord(FoundByClient, ReadOnlyAdmin, Admin[Any]):
    """One record of a client. Lists name the client and the day, never what was said."""

    search_fields = ("=client__public_id",)
    list_select_related: ClassVar[tuple[str, ...]] = ("client",)
    noun = "record"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only for those with the right to read health records."""
        return super().has_view_permission(request, obj) and may_read_health(request.user)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the record, and remember who looked."""
        record = self.get_object(request, object_id)
        if record is not None and self.has_view_permission(request, record):
            note_access(
                record.client,
                noun=self.noun,
                action=AccessEvent.Action.VIEW,
                user=request.user,  # type: ignore[arg-type] # the admin lets nobody in without a sign-in
            )
        return super().change_view(request, object_id, form_url, extra_context)
