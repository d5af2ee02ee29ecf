"""Addresses of `clients`."""

from django.urls import URLPattern, path

from clients.intake.tablet import tablet_code, tablet_page
from clients.intake.views import (
    check_page,
    correct_answer,
    doctor_first,
    intake_page,
    show_plan,
    step_page_view,
    unchanged,
)
from clients.pain.views import pain_page, pain_tip
from clients.plans.advice import how_we_advise
from clients.plans.views import answer_questions_view, answer_tip, care_plan_page, handout_page, label_page
from clients.record.unsubscribe import stop_by_token

app_name = "clients"

intake_urlpatterns = [
    path("intake/<str:key>/", intake_page, name="intake"),
    path("intake/<str:key>/check/", check_page, name="intake-check"),
    path("intake/<str:key>/doctor/", doctor_first, name="intake-doctor"),
    path("intake/<str:key>/plan/", show_plan, name="intake-plan"),
    path("intake/<str:key>/unchanged/", unchanged, name="intake-unchanged"),
    path("intake/<str:key>/mistake/", correct_answer, name="intake-correct"),
    path("intake/<str:key>/<slug:step>/", step_page_view, name="intake-step"),
    path("tablet/", tablet_page, name="tablet"),
    path("tablet/<str:key>/", tablet_code, name="tablet-code"),
]
plan_urlpatterns = [
    path("care/<str:key>/", care_plan_page, name="care"),
    path("care/<str:key>/questions/", answer_questions_view, name="care-questions"),
    path("care/<str:key>/handout/", handout_page, name="care-handout"),
    path("care/<str:key>/label/", label_page, name="care-label"),
    path("care/<str:key>/tips/<slug:slug>/", answer_tip, name="care-tip"),
    path("how-we-advise/", how_we_advise, name="how-we-advise"),
]
mail_urlpatterns = [
    path("pain/<str:key>/", pain_page, name="pain"),
    path("pain/<str:key>/tips/<slug:slug>/", pain_tip, name="pain-tip"),
    path("stop/<str:key>/", stop_by_token, name="stop-mails"),
]
urlpatterns: list[URLPattern] = [*intake_urlpatterns, *plan_urlpatterns, *mail_urlpatterns]
