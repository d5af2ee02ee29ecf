"""Addresses of the calendar, of time off and of the calendar feed."""

from django.urls import path

from booking.desk.calendar import blocked, day, events, feed, month, time_off

urlpatterns = [
    path("desk/", day.day_page, name="desk"),
    path("desk/week/", day.week_page, name="desk-week"),
    path("desk/month/", month.month_page, name="desk-month"),
    path("desk/time-off/", time_off.time_off, name="desk-time-off"),
    path("desk/time-off/<int:key>/open/", time_off.remove_time_off, name="desk-time-off-remove"),
    path("desk/blocked/", blocked.blocked_page, name="desk-blocked"),
    path("desk/blocked/<uuid:public_id>/keep/", blocked.keep_blocked, name="desk-blocked-keep"),
    path("desk/calendar/events/", events.calendar_events, name="desk-calendar-events"),
    path("desk/calendar/", feed.feed_settings, name="desk-feed"),
    path("desk/calendar/new/", feed.create_feed_address, name="desk-feed-new"),
    path("desk/calendar/stop/", feed.delete_feed_address, name="desk-feed-stop"),
]
