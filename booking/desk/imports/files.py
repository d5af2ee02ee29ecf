"""The first page of moving in: bring a file, the files brought so far, and our own files to take along."""

from django import forms
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from booking.appointments.access import owner_only
from booking.appointments.forms import LaidOut
from booking.imports.export import appointments_csv
from clients.imports.columns import OWN_FORMAT, VENDOR_HEADINGS, SheetKind
from clients.imports.export import clients_csv
from clients.imports.opening import open_import
from clients.imports.sheet import LARGEST_SHEET
from clients.models import ImportRun
from clinic.accounts.fresh_proof import requires_recent_sign_in
from clinic.models import AccessEvent
from clinic.web.http import StaffRequest, refusals_in
from clinic.web.post_only import post_only

TOO_LARGE = gettext_lazy("Please choose a CSV file of at most 20 MB.")
MOST_LISTED = 50


class SheetForm(LaidOut, forms.Form):
    """One CSV file."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("At most 20 MB and 50,000 lines. Nothing is written yet."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
        # What is far too large never reaches the form.
        error_messages={
            "required": TOO_LARGE,
            "missing": TOO_LARGE,
            "empty": gettext_lazy("This file is empty."),
        },
    )
    use_required_attribute = False


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def import_files(request: StaffRequest) -> HttpResponse:
    """The page; a POST reads a file and leads on to its columns."""
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    if form.is_bound and form.is_valid():
        sent = form.cleaned_data["file"]
        with refusals_in(form, "file"):
            run = open_import(sent.read(LARGEST_SHEET + 1), file_name=sent.name, by=request.user)
            return redirect("booking:desk-import-run", public_id=run.public_id)
    context = {
        "form": form,
        "runs": ImportRun.objects.select_related("by")[:MOST_LISTED],
        "vendors": [vendor for vendor in VENDOR_HEADINGS if vendor != OWN_FORMAT],
    }
    return render(request, "booking/desk/imports/index.html", context, status=422 if form.errors else 200)


@owner_only
@post_only("booking:desk-import")
@requires_recent_sign_in
def export_sheet(request: StaffRequest, kind: str) -> HttpResponseBase:
    """Our own file of clients or of coming appointments, which this page reads."""
    if kind not in set(SheetKind):
        raise Http404
    pieces = clients_csv() if kind == SheetKind.CLIENTS else appointments_csv(request.practice)
    AccessEvent.objects.create(user=request.user, actor="staff", action=AccessEvent.Action.EXPORT, noun=kind)
    name = f"{kind}-{timezone.localdate():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)
