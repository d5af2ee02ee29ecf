"""Addresses of the top floor: the client's way to an appointment, their own pages, and the therapist's desk."""

from booking.urls import desk, me, public

app_name = "booking"
urlpatterns = [*public.urlpatterns, *me.urlpatterns, *desk.urlpatterns]
