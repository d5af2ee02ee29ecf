"""Answers that are right for good, because their address names their content."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

KEPT_FOR_A_YEAR = "public, max-age=31536000, immutable"


def lasting(request: HttpRequest, content: bytes | str, *, content_type: str, mark: str) -> HttpResponse:
    """An answer that browsers and search engines may keep; `mark` is what in its address stands for the content."""
    response = HttpResponse(content, content_type=content_type)
    response["Cache-Control"], response["ETag"] = KEPT_FOR_A_YEAR, f'"{mark}"'
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
