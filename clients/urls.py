"""Addresses of the first floor."""

from django.urls import URLPattern, path

from clients.views import care, intake, pain, stop

app_name = "clients"

intakes = [
    path("intake/<str:key>/", intake.intake, name="intake"),
    path("intake/<str:key>/check/", intake.check, name="intake-check"),
    path("intake/<str:key>/doctor/", intake.doctor_first, name="intake-doctor"),
    path("intake/<str:key>/plan/", intake.show_plan, name="intake-plan"),
    path("intake/<str:key>/mistake/", intake.mistake, name="intake-mistake"),
    path("intake/<str:key>/<slug:step>/", intake.step, name="intake-step"),
]
plans = [
    path("care/<str:key>/", care.care, name="care"),
    path("how-we-advise/", care.how_we_advise, name="how-we-advise"),
]
mails = [
    path("pain/<str:key>/", pain.pain, name="pain"),
    path("stop/<str:key>/", stop.stop, name="stop"),
]
urlpatterns: list[URLPattern] = [*intakes, *plans, *mails]
