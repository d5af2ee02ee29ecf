"""Taking a handed-over device back, by PIN or password, and setting the PIN."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clinic.accounts.attempts import count_try
from clinic.accounts.fresh_proof import requires_recent_sign_in
from clinic.accounts.handover import PIN_TRIES, TABLET, handover_of, take_back, who_may_return
from clinic.accounts.pins import HiddenText, PinForm, has_pin, is_pin_of, set_pin
from clinic.accounts.second_factor import is_team_member
from clinic.accounts.security import record_security_event
from clinic.accounts.sign_in import page_after_sign_in
from clinic.models import Handover, SecurityEvent, User
from clinic.web.http import redirect_saying
from clinic.web.post_only import post_only
from clinic.web.throttle import Throttled


class TakeBackForm(forms.Form):
    """PIN or password of who handed the device over. Wrong ones slow down; after some only the password is taken.

    Neither input is a password field: what this browser has saved is offered to nobody.
    """

    pin = forms.CharField(
        label=gettext_lazy("Your PIN"), required=False, max_length=40, widget=HiddenText(inputmode="numeric")
    )
    password = forms.CharField(
        label=gettext_lazy("Or your password"), required=False, max_length=200, strip=False, widget=HiddenText()
    )

    def __init__(self, *args: Any, request: HttpRequest, held: Handover, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.held, self.user = request, held, user
        if held.failed_pins >= PIN_TRIES or not has_pin(user):
            del self.fields["pin"]
            self.fields["password"].label = _("Your password")

    def clean(self) -> dict[str, Any]:
        """One of the two is right."""
        pin, password = self.cleaned_data.get("pin", ""), self.cleaned_data.get("password", "")
        if not (pin or password):
            raise forms.ValidationError(_("Please type your PIN or your password."))
        try:
            tries = count_try(self.request, account=str(self.user.pk), user=self.user, scope="take-back")
        except Throttled as refusal:
            raise forms.ValidationError(refusal.message) from refusal
        # A right PIN counts only while one may still be tried: two requests at once are two tries.
        right = self.user.check_password(password) if password else self.counts_as_try() and is_pin_of(self.user, pin)
        if not right:
            raise forms.ValidationError(_("That is not right."))
        tries.were_right()
        return self.cleaned_data

    def counts_as_try(self) -> bool:
        """Count one PIN before it is looked at. False once there were too many."""
        rows = Handover.objects.filter(pk=self.held.pk, failed_pins__lt=PIN_TRIES)
        counted = rows.update(failed_pins=F("failed_pins") + 1) == 1
        if counted and self.held.failed_pins == PIN_TRIES - 1:
            record_security_event(self.user, SecurityEvent.Kind.HELD_UP, request=self.request)
        return counted


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_back_page(request: HttpRequest) -> HttpResponse:
    """For the team: the device again, signed in as before. Where only a whole sign-in helps, it says so."""
    held = handover_of(request)
    if held is None:
        raise Http404
    if not held.locks:
        return redirect(TABLET)
    user = who_may_return(request, held)
    if user is None:
        return render(request, "clinic/take_back.html", {"person": None, "held": held})
    form = TakeBackForm(request.POST if request.method == "POST" else None, request=request, held=held, user=user)
    if form.is_bound and form.is_valid():
        take_back(request, held)
        return HttpResponseRedirect(page_after_sign_in(request, user, held.back_to or settings.LOGIN_REDIRECT_URL))
    if form.errors:
        held.refresh_from_db(fields=["failed_pins"])
        if held.failed_pins >= PIN_TRIES:
            form.fields.pop("pin", None)
    context = {"form": form, "person": user, "held": held}
    return render(request, "clinic/take_back.html", context, status=422 if form.errors else 200)


@post_only("mfa_index")
@requires_recent_sign_in
def change_pin(request: HttpRequest) -> HttpResponse:
    """Set one's PIN anew, after a fresh proof of who one is."""
    if not isinstance(request.user, User) or not is_team_member(request.user):
        raise Http404
    form = PinForm(request.POST)
    if not form.is_valid():
        for said in (each for errors in form.errors.values() for each in errors):
            messages.error(request, str(said))
        return redirect("mfa_index")
    set_pin(request.user, form.cleaned_data["pin"], request=request)
    return redirect_saying(request, _("Your PIN is set."), "mfa_index")
