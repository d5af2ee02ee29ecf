"""Addresses of the set-up list."""

from django.urls import path

from booking.desk.setup import views

urlpatterns = [
    path("desk/setup/", views.list_page, name="desk-setup"),
    path("desk/setup/services/", views.services_to_tick, name="desk-setup-services"),
    path("desk/setup/hours/", views.first_hours, name="desk-setup-hours"),
    path("desk/setup/<slug:kind>/aside/", views.put_aside, name="desk-setup-aside"),
]
