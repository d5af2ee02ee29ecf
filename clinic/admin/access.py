"""Who saw what, and which client links exist: read-only."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.accounts.devices import forget_devices
from clinic.admin.base import Admin, OwnersOnly, ReadOnlyAdmin
from clinic.models import AccessEvent, ClientLink, Device, Invitation, SecurityEvent


@admin.register(AccessEvent)
class AccessEventAdmin(ReadOnlyAdmin, Admin[AccessEvent]):
    """The access log. The database itself refuses to change or delete a line."""

    list_display = ("at", "user", "actor", "action", "noun", "client")
    list_filter = ("action", "noun", "at")
    search_fields = ("user__email", "user__name", "=client")
    list_select_related = ("user",)
    date_hierarchy = "at"


@admin.register(SecurityEvent)
class SecurityEventAdmin(OwnersOnly, ReadOnlyAdmin, Admin[SecurityEvent]):
    """What happened to the sign-ins of the team. The database itself refuses to change or delete a line."""

    list_display = ("at", "user", "kind", "by", "browser", "network")
    list_filter = ("kind", "at", "user")
    search_fields = ("user__email", "user__name")
    list_select_related = ("user", "by")
    date_hierarchy = "at"


@admin.register(Device)
class DeviceAdmin(OwnersOnly, ReadOnlyAdmin, Admin[Device]):
    """Browsers that signed in here, and which are the practice's own."""

    list_display = ("described", "is_practice_device", "marked_by", "last_used", "made_at")
    list_filter = ("is_practice_device", "made_at")
    list_select_related = ("marked_by",)
    search_fields = ("described", "people__user__email", "people__user__name")
    fields = ("described", "is_practice_device", "marked_by", "made_at")
    actions = ("forget",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Device]:
        """Browsers, each with its last sign-in."""
        devices: QuerySet[Device] = super().get_queryset(request)
        return devices.annotate(last=Max("people__signed_in_at"))

    @admin.display(description=_("last sign-in"), ordering="last")
    def last_used(self, device: Any) -> Any:
        """When somebody last signed in with it."""
        return device.last

    @admin.action(description=_("Forget it, and end its sign-ins (lost or given away)"), permissions=["view"])
    def forget(self, request: HttpRequest, devices: QuerySet[Device]) -> None:
        """End the sessions of lost devices; the next sign-in with one is as with any other browser."""
        count = forget_devices(list(devices.values_list("pk", flat=True)))
        said = ngettext("%(count)d device is forgotten.", "%(count)d devices are forgotten.", count)
        messages.success(request, said % {"count": count})


@admin.register(ClientLink)
class ClientLinkAdmin(ReadOnlyAdmin, Admin[ClientLink]):
    """Links that were sent. The hash is left out: it serves nobody who reads."""

    list_display = ("purpose", "subject", "created_at", "expires_at")
    list_filter = ("purpose", "expires_at")
    search_fields = ("=subject",)
    fields = ("purpose", "subject", "created_at", "expires_at")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin, Admin[Invitation]):
    """Who was asked to join the team. It is done, and taken back, in the settings of the desk."""

    list_display = ("name", "email", "role", "invited_at", "invited_by", "expires_at", "accepted_at", "withdrawn_at")
    list_filter = ("role", "invited_at")
    list_select_related = ("invited_by",)
    search_fields = ("name", "email")
    date_hierarchy = "invited_at"
