"""The style sheet of the practice's own colours, at an address that never stands for other colours."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from clinic.web.http import practice_of
from clinic.web.lasting import lasting


@login_not_required
@require_safe
def style_sheet(request: HttpRequest, key: str) -> HttpResponse:
    """The tokens of the practice's colours. Raises Http404 under the name of any others."""
    palette = practice_of(request).palette
    if palette.is_ours or key != palette.digest:
        raise Http404
    return lasting(request, palette.style_sheet, content_type="text/css; charset=utf-8", mark=key)
