"""Every address, by string: `clinic` names the other two apps without importing them."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from clinic import views
from clinic.accounts import views as account_views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/unlock/", account_views.unlock, name="unlock"),
    path("accounts/unsent/", account_views.unsent_forms, name="unsent"),
    path("accounts/unsent/<uuid:key>/discard/", account_views.discard_unsent, name="unsent-discard"),
    path("accounts/session/", account_views.session_end, name="session"),
    path("accounts/welcome/", account_views.new_colleague, name="new-colleague"),
    path("accounts/device/", account_views.own_device, name="own-device"),
    path("accounts/", include("allauth.urls")),
    path("healthz/live", views.liveness, name="healthz-live"),
    path("healthz/ready", views.readiness, name="healthz-ready"),
    path("metrics", views.metrics, name="metrics"),
    path("api/v1/", include("booking.api.urls")),
    path("", include("clients.urls")),
    path("", include("booking.urls")),
]

handler500 = "clinic.views.server_fault"

if settings.DEBUG:
    urlpatterns += [path("styleguide/", views.styleguide, name="styleguide")]
