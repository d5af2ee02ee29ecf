"""Addresses of the desk, room by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("booking.desk.calendar.urls")),
    path("", include("booking.desk.private_calendars.urls")),
    path("", include("booking.desk.booking.urls")),
    path("", include("booking.desk.session.urls")),
    path("", include("booking.desk.clients.urls")),
    path("", include("booking.desk.payments.urls")),
    path("", include("booking.desk.health_form.urls")),
    path("", include("booking.waitlist.desk_urls")),
    path("", include("booking.desk.practice.urls")),
    path("", include("booking.desk.reports.urls")),
    path("", include("booking.desk.settings.urls")),
    path("", include("booking.desk.setup.urls")),
    path("", include("booking.desk.imports.urls")),
]
