"""The web manifest: what a tablet needs to keep the desk among its apps. Nothing works offline, and nothing is kept."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.web.http import practice_of

ICONS = (
    ("img/app-icon.svg", "any", "image/svg+xml", "any"),
    ("img/app-icon-192.png", "192x192", "image/png", "any"),
    ("img/app-icon-512.png", "512x512", "image/png", "any"),
    ("img/app-icon-maskable-512.png", "512x512", "image/png", "maskable"),
)


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Name, icons and first page. A browser asks without its cookies, so it says what every stranger may know."""
    practice = practice_of(request)
    name, paper = practice.name or "Warmstone", practice.palette.light["paper"]
    said = {
        "id": "/desk/",
        "name": _("%(practice)s, the desk") % {"practice": name},
        "short_name": name[:24],
        "lang": get_language(),
        "start_url": "/desk/",
        "scope": "/",
        "display": "standalone",
        "background_color": paper,
        "theme_color": paper,
        "icons": [
            {"src": static(path), "sizes": sizes, "type": kind, "purpose": purpose}
            for path, sizes, kind, purpose in ICONS
        ],
    }
    return JsonResponse(said, content_type="application/manifest+json")
