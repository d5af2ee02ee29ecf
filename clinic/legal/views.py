"""The public pages: privacy notice and imprint."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.legal.texts import text_in_force
from clinic.models import LegalDetails, LegalText, LegalTextKind
from clinic.web.http import HttpRequest
from clinic.web.search_engines import may_be_found


@login_not_required
@may_be_found
@require_safe
def legal_page(request: HttpRequest, kind: LegalTextKind) -> HttpResponse:
    """One of the two, from what is on file."""
    own = LegalText.objects.filter(kind=kind).first()
    context = {"title": kind.label, "blocks": text_in_force(kind, request.practice, LegalDetails.current(), own)}
    return render(request, "clinic/legal/page.html", context)
