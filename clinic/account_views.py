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

from clinic.codes import MAILBOX
from clinic.devices import DEVICE, device_of, note_wrong_unlock
from clinic.forms import UnlockForm
from clinic.kept_posts import kept_for
from clinic.models import KeptPost, SecurityEvent, User
from clinic.posting import post_only
from clinic.second_factor import works_here
from clinic.security import note
from clinic.sessions import OWN, begin, passive, remaining, stamp
from clinic.signing_in import onwards, safe_next, unlockable


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
        begin(request, own=True, at=known.signed_in_at)
        request.session[DEVICE] = known.device_id
        note(known.user, SecurityEvent.Kind.UNLOCKED, request=request)
        return HttpResponseRedirect(onwards(request, known.user, wanted))
    if form.is_bound and form.was_wrong:
        note_wrong_unlock(known)
    context = {"form": form, "person": known.user, "next": wanted}
    return render(request, "clinic/unlock.html", context, status=422 if form.errors else 200)


@require_safe
def unsent(request: HttpRequest) -> HttpResponse:
    """What was sent when the sign-in had ended, with a button that sends it now and one that throws it away."""
    assert isinstance(request.user, User)  # noqa: S101 - the middleware lets nobody else in
    wanted = safe_next(request, "/")
    waiting = kept_for(request, request.user)
    if not waiting:
        return HttpResponseRedirect(wanted)
    return render(request, "clinic/unsent.html", {"waiting": waiting, "next": wanted})


@post_only("unsent")
def discard(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Throw away what waits. Raises Http404 for another person's."""
    assert isinstance(request.user, User)  # noqa: S101 - the middleware lets nobody else in
    device = device_of(request)
    if not KeptPost.objects.filter(pk=key, user=request.user, device=device).delete()[0]:
        raise Http404
    messages.success(request, _("Thrown away."))
    return HttpResponseRedirect(onwards(request, request.user, safe_next(request, "/")))


@require_safe
def new_colleague(request: HttpRequest) -> HttpResponse:
    """Somebody signed in by password for whom nobody has said yet what they do here: what the owner must do."""
    assert isinstance(request.user, User)  # noqa: S101 - the middleware lets nobody else in
    if works_here(request.user):
        return redirect("booking:desk")
    if MAILBOX in request.session:
        return redirect("booking:me")
    return render(request, "clinic/new_colleague.html")


@passive
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest) -> HttpResponse:
    """How long the sign-in lasts, for the page's own clock. Asking is no sign of life; a POST is."""
    if request.method == "POST":
        stamp(request)
    left = remaining(request)
    return JsonResponse({"seconds": left.seconds, "can_stay": left.can_stay})


@post_only("mfa_index")
def own_device(request: HttpRequest) -> HttpResponse:
    """Mark this browser as one of the practice's own, or take the mark back."""
    device = device_of(request)
    if device is None or not isinstance(request.user, User) or not works_here(request.user):
        raise Http404
    device.is_own = "own" in request.POST
    device.marked_by = request.user
    device.save(update_fields=["is_own", "marked_by"])
    request.session[OWN] = device.is_own
    kind = SecurityEvent.Kind.DEVICE if device.is_own else SecurityEvent.Kind.NO_DEVICE
    note(request.user, kind, request=request)
    said = _("This is a device of the practice.") if device.is_own else _("This is no device of the practice any more.")
    messages.success(request, said)
    return redirect("mfa_index")
