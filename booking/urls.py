"""Addresses of `booking`: the client's way to an appointment, their own pages, and the therapist's desk."""

from booking.desk import urls
from booking.website import urls as public
from booking.website.me import urls as me

app_name = "booking"
urlpatterns = [*public.urlpatterns, *me.urlpatterns, *urls.urlpatterns]
