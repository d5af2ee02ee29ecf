"""Every address, by string: `clinic` names the other two apps without importing them."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from clinic import views
from clinic.accounts.handover_views import change_pin, take_back_page
from clinic.accounts.views import discard_unsent, new_colleague, own_device, session_end, unlock, unsent_forms
from clinic.colours.views import style_sheet
from clinic.legal.views import legal_page
from clinic.models import LegalTextKind
from clinic.pictures.views import picture_file
from clinic.setup.views import owner_page, setup_page
from clinic.web.manifest import manifest
from clinic.web.search_engines import robots, sitemap

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/unlock/", unlock, name="unlock"),
    path("accounts/unsent/", unsent_forms, name="unsent"),
    path("accounts/unsent/<uuid:key>/discard/", discard_unsent, name="unsent-discard"),
    path("accounts/session/", session_end, name="session"),
    path("accounts/welcome/", new_colleague, name="new-colleague"),
    path("accounts/device/", own_device, name="own-device"),
    path("accounts/pin/", change_pin, name="pin"),
    path("tablet/leave/", take_back_page, name="tablet-leave"),
    path("accounts/", include("allauth.urls")),
    path("setup/", setup_page, name="setup"),
    path("setup/owner/", owner_page, name="setup-owner"),
    path("healthz/live", views.liveness, name="healthz-live"),
    path("healthz/ready", views.readiness, name="healthz-ready"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("privacy/", legal_page, {"kind": LegalTextKind.PRIVACY}, name="privacy"),
    path("imprint/", legal_page, {"kind": LegalTextKind.IMPRINT}, name="imprint"),
    path("colours/<str:key>.css", style_sheet, name="colours"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("pictures/<str:key>", picture_file, name="picture"),
    path("metrics", views.metrics, name="metrics"),
    path("api/v1/", include("booking.api.urls")),
    path("", include("clients.urls")),
    path("", include("booking.urls")),
]

handler500 = "clinic.views.server_fault"

if settings.DEBUG:
    urlpatterns += [path("styleguide/", views.styleguide, name="styleguide")]
