"""Addresses of messages, of the practice's data and of bookings from one network."""

from django.urls import path

from booking.desk.practice import data, messages, networks

urlpatterns = [
    path("desk/appointments/<uuid:public_id>/network/", networks.network_bookings, name="desk-appointment-network"),
    path("desk/data/", data.practice_data, name="desk-data"),
    path("desk/data/export/", data.export_practice, name="desk-data-export"),
    path("desk/data/release/", data.release_mail_page, name="desk-data-release"),
    path("desk/messages/", messages.message_list, name="desk-messages"),
    path("desk/messages/<uuid:public_id>/", messages.message_page, name="desk-message"),
    path("desk/messages/<uuid:public_id>/look/", messages.message_html, name="desk-message-preview"),
    path("desk/messages/<uuid:public_id>/again/", messages.resend_message, name="desk-message-resend"),
    path("desk/messages/<uuid:public_id>/seen/", messages.acknowledge_message, name="desk-message-acknowledge"),
    path("desk/messages/<uuid:public_id>/came-back/", messages.mark_message_bounced, name="desk-message-bounced"),
]
