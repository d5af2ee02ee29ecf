"""Addresses of the therapist's desk."""

from django.urls import path

from booking.views.desk import (
    booking,
    clearance,
    clients,
    day,
    feed,
    messages,
    moving,
    review,
    time_off,
    visit,
    visit_actions,
)

visit_urlpatterns = [
    path("desk/visits/<uuid:public_id>/", visit.visit, name="desk-visit"),
    path("desk/visits/<uuid:public_id>/accept/", visit_actions.accept, name="desk-visit-accept"),
    path("desk/visits/<uuid:public_id>/clearance/", clearance.clearance, name="desk-visit-clearance"),
    path("desk/visits/<uuid:public_id>/complete/", visit_actions.complete, name="desk-visit-complete"),
    path("desk/visits/<uuid:public_id>/no-show/", visit_actions.no_show, name="desk-visit-no-show"),
    path("desk/visits/<uuid:public_id>/cancel/", visit_actions.cancel, name="desk-visit-cancel"),
    path("desk/visits/<uuid:public_id>/place/", visit_actions.place, name="desk-visit-place"),
    path("desk/visits/<uuid:public_id>/move/", moving.move, name="desk-visit-move"),
    path("desk/visits/<uuid:public_id>/note/", visit_actions.note, name="desk-visit-note"),
    path("desk/visits/<uuid:public_id>/addendum/", visit_actions.addendum, name="desk-visit-addendum"),
    path("desk/visits/<uuid:public_id>/plans/<uuid:plan_id>/", review.approve, name="desk-plan-approve"),
]

urlpatterns = [
    path("desk/", day.day, name="desk"),
    path("desk/week/", day.week, name="desk-week"),
    path("desk/book/", booking.book, name="desk-book"),
    path("desk/book/times/", booking.times, name="desk-book-times"),
    path("desk/book/pick/", booking.pick, name="desk-book-pick"),
    path("desk/clients/", clients.clients, name="desk-clients"),
    path("desk/clients/<uuid:public_id>/", clients.client_file, name="desk-client"),
    path("desk/clients/<uuid:public_id>/contact/", clients.contact, name="desk-client-contact"),
    path("desk/time-off/", time_off.time_off, name="desk-time-off"),
    path("desk/time-off/<int:key>/open/", time_off.open_again, name="desk-time-off-open"),
    path("desk/calendar/", feed.feed, name="desk-feed"),
    path("desk/calendar/new/", feed.make, name="desk-feed-new"),
    path("desk/calendar/stop/", feed.stop, name="desk-feed-stop"),
    path("desk/messages/", messages.messages, name="desk-messages"),
    path("desk/messages/<uuid:public_id>/", messages.message, name="desk-message"),
    path("desk/messages/<uuid:public_id>/look/", messages.look, name="desk-message-look"),
    path("desk/messages/<uuid:public_id>/again/", messages.again, name="desk-message-again"),
    *visit_urlpatterns,
]
