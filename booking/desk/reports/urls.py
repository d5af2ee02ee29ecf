"""Addresses of the reports."""

from django.urls import path

from booking.desk.reports import recall, views

urlpatterns = [
    path("desk/reports/", views.reports_page, name="desk-reports"),
    path("desk/reports/<slug:report>.csv", views.report_csv, name="desk-report-csv"),
    path("desk/reports/recall/", recall.recall_page, name="desk-recall"),
    path("desk/reports/recall/send/", recall.send_recall_mails, name="desk-recall-send"),
    path("desk/reports/recall/no/", recall.note_refusal, name="desk-recall-no"),
    path("desk/reports/recall/take-back/", recall.withdraw_recall_mails, name="desk-recall-take-back"),
]
