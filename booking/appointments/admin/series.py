"""The series that were booked, for looking up; their appointments are changed at the desk."""

from django.contrib import admin

from booking.models import Series
from clients.record.admin.search import FoundByClient
from clinic.admin.base import Admin, ReadOnlyAdmin


@admin.register(Series)
class SeriesAdmin(FoundByClient, ReadOnlyAdmin, Admin[Series]):
    """Who comes how often, with whom."""

    list_display = ("made_at", "client", "service", "therapist", "every_weeks", "times", "made_by")
    list_filter = ("therapist", "service", "made_at")
    list_select_related = ("client", "service", "therapist", "made_by")
    search_fields = ("therapist__name", "=public_id")
    date_hierarchy = "made_at"
