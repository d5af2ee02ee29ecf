"""Programs of the practice's own: the keys by which they speak to the API. A key is shown once, where it is made."""

import datetime as dt
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.access import owner_only
from booking.appointments.forms import LaidOut
from booking.desk.settings.frame import sent, status_of
from clinic.accounts.fresh_proof import signed_in_recently
from clinic.models import ApiKey, Scope
from clinic.programs.keys import make_api_key, revoke_api_key
from clinic.programs.models import must_be_network
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only

LIFETIMES = {
    "90": gettext_lazy("90 days"),
    "365": gettext_lazy("a year"),
    "0": gettext_lazy("until it is revoked"),
}


class ApiKeyForm(LaidOut, forms.Form):
    """What a program is called, what it may do, for how long and from where."""

    name = forms.CharField(
        label=gettext_lazy("Name of the program"),
        max_length=80,
        help_text=gettext_lazy("Stands in the history of what it does: “Website”, “Bookkeeping”."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.ChoiceField(label=gettext_lazy("It works for"), choices=list(LIFETIMES.items()), initial="365")
    networks = forms.CharField(
        label=gettext_lazy("Only from these addresses"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("If you like: such as 192.0.2.7 or 192.0.2.0/24, with spaces between."),
    )

    def clean_networks(self) -> list[str]:
        """Each a network. Raises ValidationError."""
        found: list[str] = self.cleaned_data["networks"].replace(",", " ").split()
        if len(found) > 20:
            raise ValidationError(_("Twenty at most, please."))
        for each in found:
            must_be_network(each)
        return found

    @property
    def expires_at(self) -> dt.datetime | None:
        """When the key opens nothing any more, once valid."""
        days = int(self.cleaned_data["days"])
        return timezone.now() + dt.timedelta(days=days) if days else None


@owner_only
@require_safe
def programs_page(request: StaffRequest) -> HttpResponse:
    """Every key, those that work first."""
    keys = list(ApiKey.objects.select_related("created_by"))
    context = {
        "live": [each for each in keys if each.is_live],
        "over": [each for each in keys if not each.is_live],
    }
    return render(request, "booking/desk/settings/programs.html", context)


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_program(request: StaffRequest) -> HttpResponse:
    """A new key, after a fresh proof of who asks: it can read all clients. On POST it is shown, this once."""
    if not signed_in_recently(request):
        return prove_first(request)
    asked = request.GET
    begins = {name: asked[name] for name in ("name", "days", "networks") if name in asked}
    form = ApiKeyForm(sent(request), initial={**begins, "scopes": asked.getlist("scopes")})
    if request.method != "POST" or not form.is_valid():
        context = {
            "form": form,
            "title": _("Make a key"),
            "lead": _("Tick only what the program needs."),
            "back_url": "booking:desk-settings-programs",
            "back_title": _("Programs"),
            "button": _("Make the key"),
        }
        return render(request, "booking/desk/settings/form.html", context, status=status_of(form))
    typed = form.cleaned_data
    row, key = make_api_key(
        name=typed["name"],
        scopes=typed["scopes"],
        networks=typed["networks"],
        expires_at=form.expires_at,
        by=request.user,
        request=request,
    )
    context = {
        "title": _("The new key"),
        "heading": _("The key of %(name)s") % {"name": row.name},
        "secret": key,
        "words": _("Keep it like a password, and give it to this program alone. Where it was lost or seen, revoke it."),
        "quiet_words": ", ".join(row.scope_labels),
        "back_url": reverse("booking:desk-settings-programs"),
        "back_title": _("Programs"),
    }
    return render(request, "booking/desk/settings/secret.html", context)


def prove_first(request: StaffRequest) -> HttpResponse:
    """To the question for password or code, and back with what was typed: none of it is secret."""
    messages.info(request, _("Please show once more that it is you; then go on here."))
    given = request.POST if request.method == "POST" else request.GET
    typed = [(name, value) for name in ApiKeyForm.base_fields for value in given.getlist(name)]
    page = reverse("booking:desk-settings-program-new")
    back = f"{page}?{urlencode(typed)}" if typed else page
    return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")


@owner_only
@post_only("booking:desk-settings-programs")
def revoke_program(request: StaffRequest, key: int) -> HttpResponse:
    """Let a key open nothing from now on."""
    row = get_object_or_404(ApiKey, pk=key)
    revoke_api_key(row, by=request.user, request=request)
    messages.success(request, _("Revoked. %(name)s is let in no more.") % {"name": row.name})
    return redirect("booking:desk-settings-programs")
