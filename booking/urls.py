"""Addresses of `booking`: the client's way to an appointment, their own pages, and the therapist's desk."""

from django.urls import include, path

app_name = "booking"
urlpatterns = [
    path("", include("booking.website.urls")),
    path("", include("booking.website.me.urls")),
    path("", include("booking.desk.urls")),
]
