"""Addresses of the clients' files."""

from django.urls import include, path

from booking.desk.clients import (
    documents,
    duplicates,
    file,
    health,
    lists,
    merge,
    plans,
    record,
    search,
)

OF_CLIENT = [
    path("", file.client_file, name="desk-client"),
    path("contact/", file.change_contact, name="desk-client-contact"),
    path("alert/", file.change_alert, name="desk-client-alert"),
    path("came-back/", file.mark_address_bounced, name="desk-client-bounced"),
    path("arrives/", file.clear_address_bounce, name="desk-client-reachable"),
    path("card/", record.appointment_card, name="desk-client-card"),
    path("health/", health.client_health, name="desk-client-health"),
    path("notes/", lists.client_notes, name="desk-client-notes"),
    path("plans/", plans.client_plans, name="desk-client-plans"),
    path("payments/", lists.client_payments, name="desk-client-payments"),
    path("documents/", documents.client_documents, name="desk-client-documents"),
    path("documents/add/", documents.add_document, name="desk-client-document-add"),
    path("messages/", lists.client_messages, name="desk-client-messages"),
    path("log/", lists.client_log, name="desk-client-log"),
    path("asked/", record.note_data_request, name="desk-client-asked"),
    path("answered/", record.settle_data_request, name="desk-client-answered"),
    path("export/", record.export_client, name="desk-client-export"),
    path("erase/", record.erasure_page, name="desk-client-erase"),
    path("apart/<uuid:other>/", duplicates.mark_not_duplicate, name="desk-client-not-duplicate"),
    path("merge/", merge.merge_page, name="desk-merge"),
    path("merge/<uuid:merge_id>/undo/", merge.undo_merge_page, name="desk-merge-undo"),
]

urlpatterns = [
    path("desk/clients/", search.client_search, name="desk-clients"),
    path("desk/clients/find/", search.client_drop_down, name="desk-clients-find"),
    path("desk/clients/doubles/", duplicates.proposals_page, name="desk-clients-doubles"),
    path("desk/clients/<uuid:public_id>/", include(OF_CLIENT)),
]
