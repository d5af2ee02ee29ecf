"""Addresses of the client's way to an appointment, and of the appointment afterwards."""

from django.urls import path

from booking.waitlist import pages
from booking.website import (
    add_ons,
    appointment,
    change,
    details,
    doctor_note,
    embed,
    feed,
    home,
    receipts,
    safety,
    service_swap,
    times,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("book/", home.services_page, name="book"),
    path("book/done/<str:key>/", appointment.done_page, name="booked"),
    path("book/<slug:slug>/", safety.safety_page, name="service"),
    path("book/<slug:slug>/add-ons/", add_ons.choose_add_ons, name="add-ons"),
    path("book/<slug:slug>/outcome/", safety.outcome_page, name="safety-outcome"),
    path("book/<slug:slug>/times/", times.times_page, name="times"),
    path("book/<slug:slug>/details/", details.details_page, name="details"),
    path("book/<slug:slug>/prove/", details.prove_address_page, name="prove-address"),
    path("book/<slug:slug>/waitlist/", pages.waitlist_join, name="waitlist-join"),
    path("waitlist/joined/", pages.joined_page, name="waitlist-joined"),
    path("waitlist/<str:key>/", pages.entry_page, name="waitlist"),
    path("waitlist/<str:key>/accept/", pages.accept_held_time, name="waitlist-accept"),
    path("waitlist/<str:key>/decline/", pages.decline_held_time, name="waitlist-decline"),
    path("waitlist/<str:key>/take/", pages.take_free_time, name="waitlist-take"),
    path("waitlist/<str:key>/change/", pages.change_entry, name="waitlist-change"),
    path("waitlist/<str:key>/leave/", pages.leave_waitlist, name="waitlist-leave"),
    path("appointment/<str:key>/", appointment.appointment_page, name="appointment"),
    path("appointment/<str:key>/move/", change.client_move, name="appointment-move"),
    path("appointment/<str:key>/cancel/", change.client_cancel, name="appointment-cancel"),
    path("appointment/<str:key>/uncancel/", change.client_uncancel, name="appointment-uncancel"),
    path("appointment/<str:key>/confirm/", appointment.confirm_page, name="appointment-confirm"),
    path("appointment/<str:key>/swap/", service_swap.client_swap, name="appointment-swap"),
    path("appointment/<str:key>/intake/", appointment.open_intake, name="appointment-intake"),
    path("appointment/<str:key>/note/", doctor_note.send_note, name="appointment-note"),
    path("appointment/<str:key>/calendar.ics", appointment.calendar_download, name="appointment-calendar"),
    path("appointment/<str:key>/receipts/<uuid:public_id>/", receipts.client_receipt, name="appointment-receipt"),
    path("embed/", embed.embed, name="embed"),
    path("feed/<str:key>.ics", feed.feed_file, name="feed"),
]
