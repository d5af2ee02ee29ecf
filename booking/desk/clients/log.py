"""Who looked at a client's record or changed it, and when: by name, for owners and whoever may read the access log."""

import uuid

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import client_for, team_only
from booking.desk.clients.head import may_read_access_log, render_file
from clients.models import Client
from clients.record.access_log import CLIENT_BY_LINK, access_events_of, note_access
from clients.record.export import BY_CLIENT
from clinic.models import AccessEvent
from clinic.web.http import StaffRequest

LINES_PER_PAGE = 50


def reader_of(event: AccessEvent, client: Client) -> str:
    """Who it was: somebody of the team by name, the client, or the program itself."""
    if event.user is not None:
        return str(event.user)
    if event.actor == CLIENT_BY_LINK:
        return _("%(client)s, by a link in a mail") % {"client": client}
    return str(client) if event.actor == BY_CLIENT else _("Warmstone itself")


@team_only
@require_safe
def client_log(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The access log of one file. Looking at it is itself noted."""
    if not may_read_access_log(request.user):
        raise Http404
    client = client_for(request.user, public_id)
    note_access(client, noun="access log", action=AccessEvent.Action.VIEW, user=request.user)
    events = access_events_of(client).select_related("user").order_by("-at", "-pk")
    page = Paginator(events, LINES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "lines": [(each, reader_of(each, client)) for each in page]}
    return render_file(request, client, "desk-client-log", context, template="log")
