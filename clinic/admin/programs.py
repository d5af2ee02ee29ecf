"""API keys: read and revoked here; made on the desk's page, which shows the key once."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.admin.base import Admin, ReadOnlyAdmin
from clinic.admin.users import actor_name
from clinic.models import ApiKey
from clinic.programs.keys import revoke_api_key


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin, Admin[ApiKey]):
    """Which programs have a key, what it may do, and whether it is used."""

    list_display = ("name", "prefix", "created_at", "created_by", "last_used_at", "expires_at", "revoked_at")
    list_filter = ("revoked_at",)
    search_fields = ("name", "prefix")
    ordering = ("-created_at",)
    fields = (
        *("name", "prefix", "scopes", "networks"),
        *("created_at", "created_by", "last_used_at", "expires_at", "revoked_at", "revoked_by"),
    )
    actions = ("revoke",)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Owners."""
        return bool(request.user.is_superuser)

    @admin.action(description=_("Revoke: the program is let in no more"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> None:
        """Let keys open nothing from now on."""
        by = actor_name(request)
        count = sum(revoke_api_key(each, by=by, request=request) for each in keys) if by else 0
        said = ngettext("%(number)d key was revoked.", "%(number)d keys were revoked.", count)
        messages.success(request, said % {"number": count})
