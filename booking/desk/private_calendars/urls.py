"""Addresses of private calendars."""

from django.urls import path

from booking.desk.private_calendars import pages

urlpatterns = [
    path("desk/private-calendars/", pages.calendars_page, name="desk-private-calendars"),
    path("desk/private-calendars/account/", pages.account_page, name="desk-private-calendar-account"),
    path("desk/private-calendars/<uuid:public_id>/", pages.calendar_page, name="desk-private-calendar"),
    path("desk/private-calendars/<uuid:public_id>/choose/", pages.choose, name="desk-private-calendar-choose"),
    path("desk/private-calendars/<uuid:public_id>/use/", pages.use, name="desk-private-calendar-use"),
    path("desk/private-calendars/<uuid:public_id>/pause/", pages.pause, name="desk-private-calendar-pause"),
    path(
        "desk/private-calendars/<uuid:public_id>/remove/",
        pages.forget_calendar,
        name="desk-private-calendar-remove",
    ),
]
