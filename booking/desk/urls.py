"""Addresses of the therapist's desk."""

from django.urls import path

from booking.desk.booking import book, move, move_series, repeat
from booking.desk.calendar import day, feed, time_off
from booking.desk.clients import data as client_data
from booking.desk.clients import duplicates, file, merge
from booking.desk.practice import data, messages, networks
from booking.desk.session import acknowledge, clearance, notes, page, plan_review_actions, service_swap, status
from booking.waitlist import desk_pages

appointment_urlpatterns = [
    path("desk/appointments/<uuid:public_id>/", page.show_appointment, name="desk-appointment"),
    path("desk/appointments/<uuid:public_id>/accept/", status.desk_accept, name="desk-appointment-accept"),
    path(
        "desk/appointments/<uuid:public_id>/clearance/", clearance.record_clearance, name="desk-appointment-clearance"
    ),
    path("desk/appointments/<uuid:public_id>/complete/", status.desk_complete, name="desk-appointment-complete"),
    path("desk/appointments/<uuid:public_id>/no-show/", status.desk_no_show, name="desk-appointment-no-show"),
    path("desk/appointments/<uuid:public_id>/network/", networks.network_bookings, name="desk-appointment-network"),
    path("desk/appointments/<uuid:public_id>/cancel/", status.desk_cancel, name="desk-appointment-cancel"),
    path("desk/appointments/<uuid:public_id>/place/", status.desk_assign_resources, name="desk-appointment-resources"),
    path("desk/appointments/<uuid:public_id>/move/", move.desk_move, name="desk-appointment-move"),
    path("desk/appointments/<uuid:public_id>/offer/", desk_pages.offer_freed_time, name="desk-appointment-offer"),
    path("desk/appointments/<uuid:public_id>/said-yes/", desk_pages.record_yes, name="desk-offer-accepted"),
    path("desk/appointments/<uuid:public_id>/said-no/", desk_pages.record_no, name="desk-offer-declined"),
    path(
        "desk/appointments/<uuid:public_id>/move-series/",
        move_series.move_series_page,
        name="desk-appointment-move-series",
    ),
    path("desk/appointments/<uuid:public_id>/repeat/", repeat.repeat_appointment, name="desk-appointment-repeat"),
    path("desk/appointments/<uuid:public_id>/swap/", service_swap.desk_swap, name="desk-appointment-swap"),
    path("desk/appointments/<uuid:public_id>/note/", notes.save_session_note, name="desk-appointment-note"),
    path(
        "desk/appointments/<uuid:public_id>/note/autosave/", notes.autosave_note, name="desk-appointment-note-autosave"
    ),
    path(
        "desk/appointments/<uuid:public_id>/note/sign/",
        notes.sign_colleague_note,
        name="desk-appointment-note-sign-for-colleague",
    ),
    path("desk/appointments/<uuid:public_id>/addendum/", notes.add_note_addendum, name="desk-appointment-addendum"),
    path(
        "desk/appointments/<uuid:public_id>/plans/<uuid:plan_id>/",
        plan_review_actions.approve_review,
        name="desk-plan-approve",
    ),
    path(
        "desk/appointments/<uuid:public_id>/plans/<uuid:plan_id>/add/",
        plan_review_actions.add_catalogue_item,
        name="desk-plan-add",
    ),
    path(
        "desk/appointments/<uuid:public_id>/plans/<uuid:plan_id>/order/",
        plan_review_actions.reorder_review,
        name="desk-plan-order",
    ),
]

urlpatterns = [
    path("desk/", day.day_page, name="desk"),
    path("desk/week/", day.week_page, name="desk-week"),
    path("desk/book/", book.desk_booking, name="desk-book"),
    path("desk/book/times/", book.desk_times, name="desk-book-times"),
    path("desk/book/pick/", book.client_picks, name="desk-book-pick"),
    path("desk/book/repeat/", repeat.repeat_page, name="desk-repeat"),
    path("desk/intakes/<uuid:public_id>/seen/", acknowledge.acknowledge_answers, name="desk-intake-acknowledge"),
    path(
        "desk/appointments/<uuid:public_id>/pain/seen/",
        acknowledge.acknowledge_pain_score,
        name="desk-pain-acknowledge",
    ),
    path("desk/clients/", file.client_search, name="desk-clients"),
    path("desk/clients/<uuid:public_id>/", file.client_file, name="desk-client"),
    path("desk/clients/<uuid:public_id>/export/", client_data.export_client, name="desk-client-export"),
    path("desk/clients/<uuid:public_id>/erase/", client_data.erasure_page, name="desk-client-erase"),
    path("desk/clients/<uuid:public_id>/contact/", file.change_contact, name="desk-client-contact"),
    path("desk/clients/<uuid:public_id>/came-back/", file.mark_address_bounced, name="desk-client-bounced"),
    path("desk/clients/<uuid:public_id>/arrives/", file.clear_address_bounce, name="desk-client-reachable"),
    path(
        "desk/clients/<uuid:public_id>/apart/<uuid:other>/",
        duplicates.mark_not_duplicate,
        name="desk-client-not-duplicate",
    ),
    path("desk/clients/<uuid:public_id>/waitlist/", desk_pages.add_to_waitlist, name="desk-waitlist-add"),
    path("desk/clients/<uuid:public_id>/merge/", merge.merge_page, name="desk-merge"),
    path("desk/clients/<uuid:public_id>/merge/<uuid:merge_id>/undo/", merge.undo_merge_page, name="desk-merge-undo"),
    path("desk/waitlist/", desk_pages.desk_waitlist, name="desk-waitlist"),
    path("desk/waitlist/<uuid:public_id>/end/", desk_pages.end_waitlist_entry, name="desk-waitlist-end"),
    path("desk/time-off/", time_off.time_off, name="desk-time-off"),
    path("desk/time-off/<int:key>/open/", time_off.remove_time_off, name="desk-time-off-remove"),
    path("desk/calendar/", feed.feed_settings, name="desk-feed"),
    path("desk/calendar/new/", feed.create_feed_address, name="desk-feed-new"),
    path("desk/calendar/stop/", feed.delete_feed_address, name="desk-feed-stop"),
    path("desk/data/", data.practice_data, name="desk-data"),
    path("desk/data/export/", data.export_practice, name="desk-data-export"),
    path("desk/data/release/", data.release_mail_page, name="desk-data-release"),
    path("desk/messages/", messages.message_list, name="desk-messages"),
    path("desk/messages/<uuid:public_id>/", messages.message_page, name="desk-message"),
    path("desk/messages/<uuid:public_id>/look/", messages.message_html, name="desk-message-preview"),
    path("desk/messages/<uuid:public_id>/again/", messages.resend_message, name="desk-message-resend"),
    path("desk/messages/<uuid:public_id>/seen/", messages.acknowledge_message, name="desk-message-acknowledge"),
    path("desk/messages/<uuid:public_id>/came-back/", messages.mark_message_bounced, name="desk-message-bounced"),
    *appointment_urlpatterns,
]
