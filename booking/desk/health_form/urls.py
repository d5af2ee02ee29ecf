"""Addresses of the health form at the practice, as the desk begins it."""

from django.urls import path

from booking.desk.health_form import views

urlpatterns = [
    path("desk/clients/<uuid:public_id>/health-form/", views.health_form_page, name="desk-health-form"),
    path("desk/clients/<uuid:public_id>/health-form/tablet/", views.hand_over_tablet, name="desk-health-form-tablet"),
    path("desk/clients/<uuid:public_id>/health-form/code/", views.show_form_code, name="desk-health-form-code"),
    path("desk/clients/<uuid:public_id>/health-form/enter/", views.enter_with_client, name="desk-health-form-enter"),
    path("desk/handovers/<uuid:public_id>/", views.handover_page, name="desk-handover"),
    path("desk/handovers/<uuid:public_id>/end/", views.end_handover_now, name="desk-handover-end"),
]
