"""Addresses of moving in."""

from django.urls import path

from booking.desk.imports import files, run, steps

urlpatterns = [
    path("desk/import/", files.import_files, name="desk-import"),
    path("desk/import/export/<slug:kind>/", files.export_sheet, name="desk-import-export"),
    path("desk/import/<uuid:public_id>/", run.import_page, name="desk-import-run"),
    path("desk/import/<uuid:public_id>/columns/", steps.columns_step, name="desk-import-columns"),
    path("desk/import/<uuid:public_id>/names/", steps.set_names, name="desk-import-names"),
    path("desk/import/<uuid:public_id>/answers/", steps.set_answers, name="desk-import-answers"),
    path("desk/import/<uuid:public_id>/start/", steps.start, name="desk-import-start"),
    path("desk/import/<uuid:public_id>/undo/", steps.undo, name="desk-import-undo"),
    path("desk/import/<uuid:public_id>/discard/", steps.discard, name="desk-import-discard"),
]
