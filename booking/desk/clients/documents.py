"""What a client signed, and the files in their record: doctor's notes, and documents that the team adds."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import client_for, health_only, team_only
from booking.desk.clients.forms import DocumentForm
from booking.desk.clients.head import render_file
from clients.models import Client, Consent, Intake
from clients.record.access_log import note_access
from clients.record.attachments import keep_attachment
from clinic.accounts.rights import may_read_health
from clinic.models import AccessEvent, User
from clinic.web.http import StaffRequest, redirect_saying, refusals_in
from clinic.web.post_only import post_only


@team_only
@require_safe
def client_documents(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Consents, and for whoever reads health records the files."""
    return render_documents(request, client_for(request.user, public_id))


@health_only
@post_only("booking:desk-client-documents", "public_id")
def add_document(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put a file into the record, under what it is."""
    client = client_for(request.user, public_id)
    form = DocumentForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_in(form, "file"):
            _kept, is_new = keep_attachment(
                client, form.cleaned_data["file"], appointment=None, by=request.user, label=form.cleaned_data["label"]
            )
            said = _("The file is in the record.") if is_new else _("This very file is there already.")
            return redirect_saying(request, said, "booking:desk-client-documents", public_id=client.public_id)
    return render_documents(request, client, form, status=422)


def signed_consents(client: Client) -> list[tuple[Consent, User | None]]:
    """Every consent of a client, the newest first, each with who of the team had the device in hand when it was signed;
    None where the client was alone."""
    rows = Consent.objects.filter(client=client).order_by("-given_at", "-pk")
    forms = Intake.objects.filter(client=client, consent__isnull=False, entered_by__isnull=False)
    entered = {
        each.consent_id: each.entered_by for each in forms.select_related("entered_by").only("consent", "entered_by")
    }
    return [(each, entered.get(each.pk)) for each in rows]


def render_documents(
    request: StaffRequest, client: Client, form: DocumentForm | None = None, *, status: int = 200
) -> HttpResponse:
    """The page."""
    note_access(client, noun="documents", action=AccessEvent.Action.LIST, user=request.user)
    may_read = may_read_health(request.user)
    context = {
        "consents": signed_consents(client),
        "newest_version": request.practice.consent_version,
        "files": client.attachments.listed() if may_read else (),
        "form": form or DocumentForm(),
    }
    return render_file(request, client, "desk-client-documents", context, template="documents", status=status)
