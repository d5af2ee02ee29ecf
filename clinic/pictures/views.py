"""The address of a picture: it never stands for anything else, so that browsers keep it for a year."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from clinic.models import PictureFile
from clinic.web.lasting import lasting


@login_not_required
@require_safe
def picture_file(request: HttpRequest, key: str) -> HttpResponse:
    """One size of a picture that stands somewhere on a page. Raises Http404 for any other name."""
    found = get_object_or_404(PictureFile, name=key, picture__in_use=True)
    return lasting(request, bytes(found.image_bytes), content_type=found.media_type, mark=key)
