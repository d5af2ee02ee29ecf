"""Addresses of the desk, room by room."""

from booking.desk.booking import urls as booking_urls
from booking.desk.calendar import urls as calendar_urls
from booking.desk.clients import urls as clients_urls
from booking.desk.health_form import urls as health_form_urls
from booking.desk.imports import urls as imports_urls
from booking.desk.payments import urls as payments_urls
from booking.desk.practice import urls as practice_urls
from booking.desk.private_calendars import urls as private_calendars_urls
from booking.desk.reports import urls as reports_urls
from booking.desk.session import urls as session_urls
from booking.desk.settings import urls as settings_urls
from booking.desk.setup import urls as setup_urls
from booking.waitlist import desk_urls as waitlist_urls

urlpatterns = [
    *calendar_urls.urlpatterns,
    *private_calendars_urls.urlpatterns,
    *booking_urls.urlpatterns,
    *session_urls.urlpatterns,
    *clients_urls.urlpatterns,
    *payments_urls.urlpatterns,
    *health_form_urls.urlpatterns,
    *waitlist_urls.urlpatterns,
    *practice_urls.urlpatterns,
    *reports_urls.urlpatterns,
    *settings_urls.urlpatterns,
    *setup_urls.urlpatterns,
    *imports_urls.urlpatterns,
]
