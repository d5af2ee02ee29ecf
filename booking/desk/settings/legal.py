"""Privacy notice and imprint at the desk: what is missing, the details, the words of each."""

import difflib
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.appointments.access import owner_only
from booking.appointments.forms import LaidOut, form_helper
from booking.desk.settings.frame import group, log_edit, page_after_saving, saved_form, sent, status_of
from booking.reminders.shipped_words import squeezed
from clinic.legal.countries import GDPR_COUNTRIES
from clinic.legal.facts import legal_values
from clinic.legal.missing import legal_data_missing
from clinic.legal.texts import Block, blocks_of, filled, shipped_text
from clinic.models import LegalDetails, LegalText, LegalTextKind, Practice
from clinic.web.edits import MergedRowForm, locked_row
from clinic.web.http import StaffRequest, redirect_saying
from clinic.wording import wording_problem


class LegalDetailsForm(MergedRowForm):
    """Who runs the practice; without the fields that mean nothing in its country."""

    class Meta:
        model = LegalDetails
        fields = (
            *("operator", "legal_form", "represented_by", "register", "register_number", "vat_id"),
            *("profession", "chamber", "profession_rules", "trade_authority"),
            *("data_contact", "data_authority", "processors", "covered_entity"),
        )
        widgets = {"processors": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, data: Any = None, *, instance: LegalDetails, practice: Practice) -> None:
        super().__init__(data, instance=instance)
        data_rows = ["data_contact", "data_authority", "processors"]
        if practice.country == "US":
            data_rows.append("covered_entity")
        else:
            del self.fields["covered_entity"]
        asked = practice.country in GDPR_COUNTRIES
        profession = _("Profession") if asked else _("Profession, if your law asks for it")
        self.helper = form_helper(
            group(_("Owner"), ("operator", "legal_form"), "vat_id"),
            group(_("Only for companies"), "represented_by", ("register", "register_number")),
            group(profession, ("profession", "chamber"), ("profession_rules", "trade_authority")),
            group(_("Clients’ data"), *data_rows),
        )


class LegalTextForm(LaidOut, MergedRowForm):
    """The words of one page, beginning with those that Warmstone ships."""

    class Meta:
        model = LegalText
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 28})}

    def __init__(self, data: Any = None, *, instance: LegalText, shipped: str, known: list[str]) -> None:
        self.shipped, self.known = shipped, known
        super().__init__(data, instance=instance, initial={"text": instance.text or shipped})

    def clean_text(self) -> str:
        """A text whose variables can all be filled."""
        text: str = self.cleaned_data["text"]
        if why := wording_problem(text, self.known):
            raise forms.ValidationError(why)
        return text

    @property
    def is_shipped(self) -> bool:
        """Whether what was typed is what Warmstone says by itself."""
        return squeezed(self.cleaned_data["text"]) == squeezed(self.shipped)


@dataclass(frozen=True)
class LegalPageLine:
    """One of the two texts in the list: whose words it has, and whether what it began with has changed since."""

    kind: LegalTextKind
    own: LegalText | None
    is_outdated: bool

    @property
    def public_url(self) -> str:
        """Where clients read it."""
        return reverse(self.kind.value)


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def legal_details_page(request: StaffRequest) -> HttpResponse:
    """The details, and above them what is missing; the two texts below."""
    details = LegalDetails.current()
    if request.method == "POST":
        LegalDetails.objects.get_or_create(pk=details.pk)
    form = saved_form(request, LegalDetailsForm, details, practice=request.practice)
    if request.method == "POST":
        if not form.errors:
            return redirect_saying(request, _("Saved."), page_after_saving(request, "booking:desk-settings-legal"))
        details = LegalDetails.current()
    own = {text.kind: text for text in LegalText.objects.all()}
    context = {
        "form": form,
        "missing": legal_data_missing(request.practice, details),
        "lines": [
            LegalPageLine(kind, own.get(kind), bool(own.get(kind)) and is_outdated(own[kind], request, details))
            for kind in LegalTextKind
        ],
    }
    return render(request, "booking/desk/settings/legal.html", context, status=status_of(form))


def is_outdated(own: LegalText, request: StaffRequest, details: LegalDetails) -> bool:
    """Whether Warmstone now ships another text than the one that the owner saw when this was saved."""
    return own.based_on != shipped_text(own.kind, request.practice, details)


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def legal_text_page(request: StaffRequest, kind: str) -> HttpResponse:
    """The words of one text. On POST they are saved, looked at first (*Preview*), or given up (*As shipped*)."""
    if kind not in LegalTextKind.values:
        raise Http404
    details, data = LegalDetails.current(), sent(request)
    shipped = shipped_text(kind, request.practice, details)
    values = legal_values(request.practice, details)
    preview: list[Block] | None = None
    with transaction.atomic():
        found = LegalText.objects.filter(kind=kind).first()
        row = locked_row(found) if data is not None and found is not None else found or LegalText(kind=kind)
        form = LegalTextForm(data, instance=row, shipped=shipped, known=list(values))
        if data is not None and "restore" in data:
            LegalText.objects.filter(kind=kind).delete()
            messages.success(request, _("The page says again what we ship, and follows every update."))
            return redirect("booking:desk-settings-legal-text", kind=kind)
        if data is not None and form.is_valid():
            if "preview" in data:
                preview = blocks_of(filled(form.cleaned_data["text"], values))
            else:
                keep_text(request, form, row)
                messages.success(request, _("Saved. Clients read it like this from now on."))
                return redirect("booking:desk-settings-legal-text", kind=kind)
    context = {
        "kind": LegalTextKind(kind),
        "form": form,
        "has_own": found is not None,
        "preview": preview,
        "changes": changes(found.based_on, shipped) if found is not None else [],
        "variables": [f"{{{name}}}" for name in values],
        "public_url": reverse(kind),
    }
    return render(request, "booking/desk/settings/legal_text.html", context, status=status_of(form))


def keep_text(request: StaffRequest, form: LegalTextForm, row: LegalText) -> None:
    """Save the owner's words with the shipped text that they saw; words as shipped are none of their own."""
    if form.is_shipped:
        LegalText.objects.filter(kind=row.kind).delete()
        return
    words = {"text": form.cleaned_data["text"], "based_on": form.shipped, "changed_at": timezone.now()}
    saved, is_new = LegalText.objects.update_or_create(kind=row.kind, defaults=words)
    log_edit(request, saved, is_new=is_new)


def changes(before: str, now: str) -> list[tuple[str, str]]:
    """What the shipped text says otherwise since the owner last saw it: `gone` and `new` lines, in its order."""
    return [
        ("gone" if line[0] == "-" else "new", line[2:].strip())
        for line in difflib.ndiff(before.split("\n"), now.split("\n"))
        if line[:2] in {"- ", "+ "} and line[2:].strip()
    ]
