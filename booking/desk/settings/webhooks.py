"""Webhooks: where programs are told what became of an appointment, and whether they heard it."""

import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.access import owner_only
from booking.appointments.forms import LaidOut
from booking.desk.settings.frame import sent
from booking.models import DeliveryState, WebhookEndpoint, WebhookEvent
from booking.webhooks.actions import (
    add_endpoint,
    remove_endpoint,
    rotate_secret,
    send_again,
    send_test_event,
    switch_endpoint,
)
from clinic.outbound import OutboundError, must_be_target
from clinic.outbound.targets import resolve
from clinic.web.http import StaffRequest, redirect_saying
from clinic.web.post_only import post_only

# How many of the last deliveries the page shows.
SHOWN = 50


class WebhookForm(LaidOut, forms.Form):
    """Where events go, and which."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        help_text=gettext_lazy("It begins with https:// and belongs to the program that is to be told."),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Tell it of an appointment"),
        choices=WebhookEvent.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[str(event) for event in WebhookEvent],
    )

    def clean_url(self) -> str:
        """An address to which we may go. Raises ValidationError."""
        try:
            target = must_be_target(self.cleaned_data["url"].strip())
            resolve(target)
        except OutboundError as error:
            raise ValidationError(str(error)) from error
        return target.url


def endpoint_by_id(public_id: uuid.UUID) -> WebhookEndpoint:
    """A webhook that nobody has removed. Raises Http404."""
    return get_object_or_404(WebhookEndpoint.objects.kept(), public_id=public_id)


@owner_only
@require_safe
def webhooks_page(request: StaffRequest) -> HttpResponse:
    """Every webhook, and how it is."""
    context = {"endpoints": WebhookEndpoint.objects.kept()}
    return render(request, "booking/desk/settings/webhooks.html", context)


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_webhook(request: StaffRequest) -> HttpResponse:
    """A new webhook. On POST its secret is shown, this once."""
    form = WebhookForm(sent(request))
    if request.method == "POST" and form.is_valid():
        row, secret = add_endpoint(**form.cleaned_data, by=request.user)
        return secret_shown(request, row, secret)
    context = {
        "form": form,
        "title": _("Add a webhook"),
        "back_url": "booking:desk-settings-webhooks",
        "back_title": _("Webhooks"),
        "button": _("Add it"),
    }
    return render(request, "booking/desk/settings/form.html", context, status=422 if form.errors else 200)


def secret_shown(request: StaffRequest, row: WebhookEndpoint, secret: str) -> HttpResponse:
    """The page with a new secret, which no page shows again."""
    context = {
        "title": _("The secret"),
        "heading": _("The secret for %(host)s") % {"host": row.host},
        "secret": secret,
        "words": _(
            "By this secret the program knows that an event comes from you. A secret that was there before works for "
            "one more day."
        ),
        "back_url": reverse("booking:desk-settings-webhook", args=[row.public_id]),
        "back_title": row.host,
    }
    return render(request, "booking/desk/settings/secret.html", context)


@owner_only
@require_safe
def webhook_page(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """One webhook: what it hears of, the last deliveries with what became of each, and its buttons."""
    row = endpoint_by_id(public_id)
    context = {
        "row": row,
        "deliveries": row.deliveries.select_related("appointment")[:SHOWN],
        "states": DeliveryState,
    }
    return render(request, "booking/desk/settings/webhook.html", context)


@owner_only
@post_only("booking:desk-settings-webhook", "public_id")
def test_webhook(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Send an event about nobody now, and say what was answered."""
    told = send_test_event(endpoint_by_id(public_id))
    status = told.status or _("no answer")
    if told.state == DeliveryState.DELIVERED:
        messages.success(request, _("It arrived: %(status)s %(reply)s") % {"status": status, "reply": told.reply})
    else:
        messages.error(request, _("It was not taken: %(status)s %(reply)s") % {"status": status, "reply": told.reply})
    return redirect("booking:desk-settings-webhook", public_id=public_id)


@owner_only
@post_only("booking:desk-settings-webhook", "public_id")
def switch_webhook(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Pause it, or go on."""
    turns_on = request.POST.get("on") == "1"
    switch_endpoint(endpoint_by_id(public_id), on=turns_on)
    messages.success(request, _("It goes on.") if turns_on else _("Paused. Nothing is noted for it meanwhile."))
    return redirect("booking:desk-settings-webhook", public_id=public_id)


@owner_only
@post_only("booking:desk-settings-webhook", "public_id")
def new_secret(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """A new secret; for a day the one before signs beside it."""
    row = endpoint_by_id(public_id)
    return secret_shown(request, row, rotate_secret(row))


@owner_only
@post_only("booking:desk-settings-webhook", "public_id")
def remove_webhook(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Forget it, and withdraw what waits."""
    remove_endpoint(endpoint_by_id(public_id))
    return redirect_saying(request, _("Removed. Nothing is sent there any more."), "booking:desk-settings-webhooks")


@owner_only
@post_only("booking:desk-settings-webhook", "public_id")
def send_delivery_again(request: StaffRequest, public_id: uuid.UUID, key: int) -> HttpResponse:
    """Send an event that ended once more."""
    row = endpoint_by_id(public_id)
    delivery = get_object_or_404(row.deliveries, pk=key)
    if delivery.is_over:
        send_again(delivery)
        messages.success(request, _("It goes once more."))
    return redirect("booking:desk-settings-webhook", public_id=public_id)
