"""Addresses of the top floor: the client's way to an appointment, and the therapist's desk."""

from booking.urls import desk, public

app_name = "booking"
urlpatterns = [*public.urlpatterns, *desk.urlpatterns]
