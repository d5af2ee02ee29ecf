"""A form with an old token, as after a sign-in: refused, and shown again with what was typed, to send anew."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from clinic.web.typed import is_secret, posted_fields


def failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page in place of Django's own. Only a form that a page of ours sent is shown again."""
    is_ours = came_from_us(request) and not is_secret(request.POST)
    typed = posted_fields(request.POST) if is_ours else []
    labels = labels_of_texts()
    context = {
        "typed": typed,
        "texts": [(labels[name], value) for name, value in typed if name in labels and value.strip()],
    }
    return render(request, "403_csrf.html", context, status=403)


def came_from_us(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on this site. Another site cannot have it say so."""
    sent_by = request.headers.get("Origin") or request.headers.get("Referer") or ""
    parts = urlsplit(sent_by)
    ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    return f"{parts.scheme}://{parts.netloc}" in ours


def labels_of_texts() -> dict[str, str]:
    """The fields whose text is shown to the person who typed it; the others go along unseen."""
    return {
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "note": _("A note for us"),
        "reason": _("Reason"),
        "words": _("In your words"),
        "goals": _("Your wishes"),
        "subjective": _("Subjective"),
        "objective": _("Objective"),
        "assessment": _("Assessment"),
        "plan": _("Plan"),
        "for_client": _("For the client"),
        "text": _("Text"),
        "desk_note": _("Note for the desk"),
    }
