"""A new e-mail address: it counts once a code that went there was typed."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.appointments.client_sign_in import mail_address_code, prove_address
from booking.website.me.access import own_file_only
from booking.website.me.forms import CodeForm, NewAddressForm
from booking.website.me.record import render_record
from booking.website.me.sign_in import TRIES_AN_HOUR, start_session, throttle_codes, with_form_status
from clients.models import Client
from clinic.errors import Refusal
from clinic.web.http import HttpRequest
from clinic.web.throttle import Throttled, network_key, throttle_key

# Where a session keeps the address that is about to become the client's.
NEW_ADDRESS = "new-address"


@own_file_only
@require_http_methods(["GET", "HEAD", "POST"])
def change_address_page(request: HttpRequest, client: Client) -> HttpResponse:
    """Mail a code to the new address. A form that came back stands at this address, where a phone may load it anew."""
    if request.method != "POST":
        return redirect("booking:me-record", public_id=client.public_id)
    form = NewAddressForm(request.POST)
    if not form.is_valid():
        return render_record(request, client, address_form=form, status=422)
    try:
        throttle_codes(request, form.cleaned_data["email"])
    except Throttled as error:
        messages.warning(request, error.message)
        return redirect("booking:me-record", public_id=client.public_id)
    mail_address_code(client, form.cleaned_data["email"], request.practice)
    request.session[NEW_ADDRESS] = {"client": str(client.public_id), "address": form.cleaned_data["email"]}
    return redirect("booking:me-address-code", public_id=client.public_id)


@own_file_only
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address_page(request: HttpRequest, client: Client) -> HttpResponse:
    """Ask for the code; a right one changes the address and goes on as the reader of the new mailbox."""
    held = request.session.get(NEW_ADDRESS)
    if not isinstance(held, dict) or held["client"] != str(client.public_id):
        return redirect("booking:me-record", public_id=client.public_id)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            throttle_key(network_key(request), scope="code-tries", rate=TRIES_AN_HOUR)
            user = prove_address(client, held["address"], form.cleaned_data["code"], request.practice)
        except Refusal as error:
            form.add_error("code", error.message)
        else:
            del request.session[NEW_ADDRESS]
            if user is None:
                logout(request)
                return redirect("booking:home")
            start_session(request, user)
            messages.success(request, _("Your address is changed. From now on our mails go there."))
            return redirect("booking:me-record", public_id=client.public_id)
    back = reverse("booking:me-record", args=[client.public_id])
    context = {"client": client, "form": form, "address": held["address"], "back_url": back}
    return with_form_status(render(request, "booking/website/me/address_code.html", context), form.errors, None)
