"""Addresses of the waitlist at the desk."""

from django.urls import path

from booking.waitlist import desk_pages

urlpatterns = [
    path("desk/appointments/<uuid:public_id>/offer/", desk_pages.offer_freed_time, name="desk-appointment-offer"),
    path("desk/appointments/<uuid:public_id>/said-yes/", desk_pages.record_yes, name="desk-offer-accepted"),
    path("desk/appointments/<uuid:public_id>/said-no/", desk_pages.record_no, name="desk-offer-declined"),
    path("desk/clients/<uuid:public_id>/waitlist/", desk_pages.add_to_waitlist, name="desk-waitlist-add"),
    path("desk/waitlist/", desk_pages.desk_waitlist, name="desk-waitlist"),
    path("desk/waitlist/add/", desk_pages.add_somebody_to_waitlist, name="desk-waitlist-new"),
    path("desk/waitlist/<uuid:public_id>/end/", desk_pages.end_waitlist_entry, name="desk-waitlist-end"),
]
