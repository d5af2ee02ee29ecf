"""The people who sign in again, now that some of them have appointments ahead."""

from django.contrib import admin

from booking.admin.ahead import AsksFirst
from clinic.admin.users import UserAdmin
from clinic.models import User

admin.site.unregister(User)


@admin.register(User)
class UserWithAppointmentsAdmin(AsksFirst, UserAdmin):
    """Whose sign-in is switched off takes no appointments any more: those ahead are shown first."""
