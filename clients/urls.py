"""Addresses of `clients`."""

from django.urls import URLPattern, path

from clients.intake import views as intake
from clients.pain import views as pain
from clients.plans import views
from clients.record import unsubscribe

app_name = "clients"

intake_urlpatterns = [
    path("intake/<str:key>/", intake.intake_page, name="intake"),
    path("intake/<str:key>/check/", intake.check_page, name="intake-check"),
    path("intake/<str:key>/doctor/", intake.doctor_first, name="intake-doctor"),
    path("intake/<str:key>/plan/", intake.show_plan, name="intake-plan"),
    path("intake/<str:key>/mistake/", intake.correct_answer, name="intake-correct"),
    path("intake/<str:key>/<slug:step>/", intake.step_page_view, name="intake-step"),
]
plan_urlpatterns = [
    path("care/<str:key>/", views.care_plan_page, name="care"),
    path("how-we-advise/", views.how_we_advise, name="how-we-advise"),
]
mail_urlpatterns = [
    path("pain/<str:key>/", pain.pain_page, name="pain"),
    path("stop/<str:key>/", unsubscribe.stop_by_token, name="stop-mails"),
]
urlpatterns: list[URLPattern] = [*intake_urlpatterns, *plan_urlpatterns, *mail_urlpatterns]
