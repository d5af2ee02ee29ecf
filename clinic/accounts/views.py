"""Pages around a sign-in: unlocking a device of the practice, what waits to be sent again, and how long it lasts."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.accounts.codes import MAILBOX_PURPOSE
from clinic.accounts.devices import DEVICE_SESSION_KEY, device_of, note_wrong_unlock
from clinic.accounts.forms import UnlockForm
from clinic.accounts.kept_posts import forms_kept_for
from clinic.accounts.second_factor import is_team_member
from clinic.accounts.security import record_security_event
from clinic.accounts.sessions import OWN, begin_session, passive, record_activity, remaining
from clinic.accounts.sign_in import page_after_sign_in, safe_next, unlockable
from clinic.models import KeptPost, SecurityEvent, User
from clinic.web.http import redirect_saying
from clinic.web.post_only import post_only


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """On a device of the practice: the password or a code of who was here, without the whole sign-in."""
    wanted = safe_next(request, settings.LOGIN_REDIRECT_URL)
    if request.user.is_authenticated:
        return HttpResponseRedirect(wanted)
    known = unlockable(request)
    if known is None:
        return redirect("account_login")
    form = UnlockForm(request.POST if request.method == "POST" else None, request=request, user=known.user)
    if form.is_bound and form.is_valid():
        login(request, known.user, backend=settings.AUTHENTICATION_BACKENDS[0])
        begin_session(request, own=True, at=known.signed_in_at)
        request.session[DEVICE_SESSION_KEY] = known.device_id
        record_security_event(known.user, SecurityEvent.Kind.UNLOCKED, request=request)
        return HttpResponseRedirect(page_after_sign_in(request, known.user, wanted))
    if form.is_bound and form.was_wrong:
        note_wrong_unlock(known)
    context = {"form": form, "person": known.user, "next": wanted}
    return render(request, "clinic/unlock.html", context, status=422 if form.errors else 200)


@require_safe
def unsent_forms(request: HttpRequest) -> HttpResponse:
    """What was sent when the sign-in had ended, with a button that sends it now and one that throws it away."""
    assert isinstance(request.user, User)  # noqa: S101 - the middleware lets nobody else in
    wanted = safe_next(request, "/")
    waiting = forms_kept_for(request, request.user)
    if not waiting:
        return HttpResponseRedirect(wanted)
    return render(request, "clinic/unsent_forms.html", {"waiting": waiting, "next": wanted})


@post_only("unsent")
def discard_unsent(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Throw away what waits. Raises Http404 for another person's."""
    assert isinstance(request.user, User)  # noqa: S101 - the middleware lets nobody else in
    device = device_of(request)
    if not KeptPost.objects.filter(pk=key, user=request.user, device=device).delete()[0]:
        raise Http404
    messages.success(request, _("Thrown away."))
    return HttpResponseRedirect(page_after_sign_in(request, request.user, safe_next(request, "/")))


@require_safe
def new_colleague(request: HttpRequest) -> HttpResponse:
    """Somebody signed in by password for whom nobody has said yet what they do here: what the owner must do."""
    assert isinstance(request.user, User)  # noqa: S101 - the middleware lets nobody else in
    if is_team_member(request.user):
        return redirect("booking:desk")
    if MAILBOX_PURPOSE in request.session:
        return redirect("booking:me")
    owners = User.objects.filter(is_superuser=True, is_active=True).order_by("name", "email")
    return render(request, "clinic/new_colleague.html", {"owners": owners})


@passive
@require_http_methods(["GET", "HEAD", "POST"])
def session_end(request: HttpRequest) -> HttpResponse:
    """How long the sign-in lasts, for the page's own clock. Asking is no sign of life; a POST is."""
    if request.method == "POST":
        record_activity(request)
    left = remaining(request)
    return JsonResponse({"seconds": left.seconds, "can_stay": left.can_stay})


@post_only("mfa_index")
def own_device(request: HttpRequest) -> HttpResponse:
    """Mark this browser as one of the practice's own, or take the mark back."""
    device = device_of(request)
    if device is None or not isinstance(request.user, User) or not is_team_member(request.user):
        raise Http404
    device.is_practice_device = "own" in request.POST
    device.marked_by = request.user
    device.save(update_fields=["is_practice_device", "marked_by"])
    request.session[OWN] = device.is_practice_device
    kind = SecurityEvent.Kind.DEVICE if device.is_practice_device else SecurityEvent.Kind.NO_DEVICE
    record_security_event(request.user, kind, request=request)
    ours, not_ours = _("This is a device of the practice."), _("This is no device of the practice any more.")
    return redirect_saying(request, ours if device.is_practice_device else not_ours, "mfa_index")
