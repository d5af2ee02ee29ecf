"""Addresses of the clients' files."""

from django.urls import path

from booking.desk.clients import (
    appointment_card,
    documents,
    duplicates,
    file,
    health,
    log,
    merge,
    messages,
    notes,
    payments,
    plans,
    proposals,
    record,
    search,
)

file_urlpatterns = [
    path("desk/clients/<uuid:public_id>/", file.client_file, name="desk-client"),
    path("desk/clients/<uuid:public_id>/contact/", file.change_contact, name="desk-client-contact"),
    path("desk/clients/<uuid:public_id>/alert/", file.change_alert, name="desk-client-alert"),
    path("desk/clients/<uuid:public_id>/came-back/", file.mark_address_bounced, name="desk-client-bounced"),
    path("desk/clients/<uuid:public_id>/arrives/", file.clear_address_bounce, name="desk-client-reachable"),
    path("desk/clients/<uuid:public_id>/card/", appointment_card.appointment_card, name="desk-client-card"),
    path("desk/clients/<uuid:public_id>/health/", health.client_health, name="desk-client-health"),
    path("desk/clients/<uuid:public_id>/notes/", notes.client_notes, name="desk-client-notes"),
    path("desk/clients/<uuid:public_id>/plans/", plans.client_plans, name="desk-client-plans"),
    path("desk/clients/<uuid:public_id>/payments/", payments.client_payments, name="desk-client-payments"),
    path("desk/clients/<uuid:public_id>/documents/", documents.client_documents, name="desk-client-documents"),
    path("desk/clients/<uuid:public_id>/documents/add/", documents.add_document, name="desk-client-document-add"),
    path("desk/clients/<uuid:public_id>/messages/", messages.client_messages, name="desk-client-messages"),
    path("desk/clients/<uuid:public_id>/log/", log.client_log, name="desk-client-log"),
    path("desk/clients/<uuid:public_id>/export/", record.export_client, name="desk-client-export"),
    path("desk/clients/<uuid:public_id>/erase/", record.erasure_page, name="desk-client-erase"),
    path(
        "desk/clients/<uuid:public_id>/apart/<uuid:other>/",
        duplicates.mark_not_duplicate,
        name="desk-client-not-duplicate",
    ),
    path("desk/clients/<uuid:public_id>/merge/", merge.merge_page, name="desk-merge"),
    path("desk/clients/<uuid:public_id>/merge/<uuid:merge_id>/undo/", merge.undo_merge_page, name="desk-merge-undo"),
]

urlpatterns = [
    path("desk/clients/", search.client_search, name="desk-clients"),
    path("desk/clients/find/", search.client_drop_down, name="desk-clients-find"),
    path("desk/clients/doubles/", proposals.proposals_page, name="desk-clients-doubles"),
    *file_urlpatterns,
]
