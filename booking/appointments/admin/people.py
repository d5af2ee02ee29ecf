"""The people who sign in again, now that some of them have appointments ahead, and clients, who are written to."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from booking.appointments.client_sign_in import notify_old_address
from booking.scheduling.admin.conflicts import ConfirmsConflicts
from clients.models import Client
from clients.record.admin.client import ClientAdmin
from clinic.admin.users import PersonAdmin
from clinic.models import User
from clinic.web.http import practice_of

admin.site.unregister(User)
admin.site.unregister(Client)


@admin.register(User)
class UserWithAppointmentsAdmin(ConfirmsConflicts, PersonAdmin):
    """Whose sign-in is switched off takes no appointments any more: those ahead are shown first."""


@admin.register(Client)
class ClientWithAddressNoticeAdmin(ClientAdmin):
    """Whoever reads the address of a client may sign in as them, so that the one before is told of another."""

    def save_model(self, request: HttpRequest, obj: Client, form: Any, change: bool) -> None:
        """Save, and tell the old address where it took mail."""
        before = Client.objects.filter(pk=obj.pk).exclude(email="").filter(email_error="").first() if change else None
        super().save_model(request, obj, form, change)
        if before is not None and before.email != obj.email:
            notify_old_address(obj, before.email, practice_of(request))
