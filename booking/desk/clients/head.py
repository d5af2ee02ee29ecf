"""What stands at the head of every page of a client's file: who it is, the alert, and where else to look."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.desk.clients.forms import AlertForm
from clients.models import Client
from clinic.accounts.rights import may_read_health
from clinic.models import User
from clinic.web.http import StaffRequest

READS_ACCESS_LOG = "clinic.view_accessevent"
# The pages of a file: the name of its address, what the link says, and whether health records stand on it.
PAGES = (
    ("desk-client", _("Overview"), False),
    ("desk-client-health", _("Health"), True),
    ("desk-client-notes", _("Notes"), True),
    ("desk-client-plans", _("Plans"), True),
    ("desk-client-payments", _("Payments"), False),
    ("desk-client-documents", _("Documents"), False),
    ("desk-client-messages", _("Messages"), False),
)
LOG_PAGE = "desk-client-log"


def may_read_access_log(user: User) -> bool:
    """Whether this person sees who looked at a file: owners do, others by the permission for it."""
    return user.has_perm(READS_ACCESS_LOG)


def age_in_years(client: Client, today: dt.date) -> int | None:
    """Whole years, where the date of birth is known."""
    born = client.born_on
    return None if born is None else today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def file_pages(user: User, client: Client, here: str) -> list[dict[str, Any]]:
    """The pages of a file that this person may open, as links."""
    pages = [(name, label) for name, label, of_health in PAGES if not of_health or may_read_health(user)]
    if may_read_access_log(user):
        pages.append((LOG_PAGE, _("Who looked")))
    return [
        {"label": label, "url": reverse(f"booking:{name}", args=[client.public_id]), "here": name == here}
        for name, label in pages
    ]


def render_file(
    request: StaffRequest,
    client: Client,
    page: str,
    context: Mapping[str, Any],
    *,
    template: str,
    status: int = 200,
) -> HttpResponse:
    """One page of a file, `page` being the name of its address."""
    may_read = may_read_health(request.user)
    head = {
        "client": client,
        "age": age_in_years(client, timezone.localdate()),
        "pages": file_pages(request.user, client, page),
        "may_read_health": may_read,
        "alert_form": AlertForm(instance=client) if may_read else None,
    }
    return render(request, f"booking/desk/file/{template}.html", {**head, **context}, status=status)
