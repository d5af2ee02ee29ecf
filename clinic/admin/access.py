"""Who saw what, and which client links exist: read-only."""

from django.contrib import admin

from clinic.admin.base import Admin, LookOnly
from clinic.models import AccessEvent, ClientLink


@admin.register(AccessEvent)
class AccessEventAdmin(LookOnly, Admin[AccessEvent]):
    """The access log. The database itself refuses to change or delete a line."""

    list_display = ("at", "user", "actor", "action", "noun", "client")
    list_filter = ("action", "noun", "at")
    search_fields = ("user__email", "user__name", "=client")
    list_select_related = ("user",)
    date_hierarchy = "at"
    show_full_result_count = False
    list_per_page = 50


@admin.register(ClientLink)
class ClientLinkAdmin(LookOnly, Admin[ClientLink]):
    """Links that were sent. The hash is left out: it serves nobody who reads."""

    list_display = ("purpose", "subject", "created_at", "expires_at")
    list_filter = ("purpose", "expires_at")
    search_fields = ("=subject",)
    fields = ("purpose", "subject", "created_at", "expires_at")
    show_full_result_count = False
    list_per_page = 50
