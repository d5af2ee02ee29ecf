"""Which browser a request comes from, and who signed in with it: by a random cookie, of which we keep the hash."""

import datetime as dt
import re
import secrets

from django.contrib.sessions.models import Session
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic.models import Device, DeviceUser, User
from clinic.models.links import token_digest
from clinic.web.http import set_own_cookie
from clinic.web.middleware import GetResponse

COOKIE = "device"
# Where a session keeps in which browser it runs.
DEVICE_SESSION_KEY = "device"
# A browser of the team is known for a year after its last sign-in.
KNOWN_FOR = dt.timedelta(days=365)
UNUSED_KEPT_FOR = dt.timedelta(days=1)

PROGRAMS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS X", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux")),
)


def device_of(request: HttpRequest) -> Device | None:
    """The browser that asks, where it signed in here before."""
    token = request.COOKIES.get(COOKIE, "")
    if not re.fullmatch(r"[\w-]{43}", token, re.ASCII):
        return None
    return Device.objects.filter(digest=token_digest(token)).first()


def last_person(device: Device | None) -> DeviceUser | None:
    """Who signed in last with a browser. Each sign-in makes the forms of the one before unusable (their CSRF token is
    replaced), so that what arrives from it with a good token was typed by this person."""
    if device is None:
        return None
    return DeviceUser.objects.select_related("user", "device").filter(device=device).order_by("-signed_in_at").first()


def has_signed_in(request: HttpRequest, user: User | None) -> bool:
    """Whether this browser signed in as this person before."""
    device = device_of(request) if user is not None else None
    return device is not None and device.people.filter(user=user).exists()


def remember_device(request: HttpRequest, user: User) -> tuple[DeviceUser, bool]:
    """Note a whole sign-in with this browser; return it, whose cookie is due, and whether it is their first."""
    device, token = device_of(request), request.COOKIES.get(COOKIE, "")
    if device is None:
        token = secrets.token_urlsafe(32)
        device = Device.objects.create(digest=token_digest(token), described=browser_description(request))
    request.session[DEVICE_SESSION_KEY] = device.pk
    request.device_cookie = token  # type: ignore[attr-defined] # read by the middleware below
    now = timezone.now()
    known, is_new = DeviceUser.objects.update_or_create(
        device=device, user=user, defaults={"signed_in_at": now, "signed_out_at": None, "failed_unlocks": 0}
    )
    Device.objects.exclude(people__signed_in_at__gt=now - KNOWN_FOR).filter(made_at__lt=now - UNUSED_KEPT_FOR).delete()
    return known, is_new


def forget_person(request: HttpRequest, user: User) -> None:
    """Note that somebody signed out by hand: after that nothing short of a whole sign-in lets them in again."""
    device = device_of(request)
    if device is not None:
        device.people.filter(user=user).update(signed_out_at=timezone.now())


def note_wrong_unlock(known: DeviceUser) -> int:
    """Count a wrong try to unlock; return how many there were since the last whole sign-in."""
    DeviceUser.objects.filter(pk=known.pk).update(failed_unlocks=F("failed_unlocks") + 1)
    known.refresh_from_db(fields=["failed_unlocks"])
    return known.failed_unlocks


def forget_devices(keys: list[int]) -> int:
    """Forget browsers and end the sessions that run in them; return how many browsers were forgotten."""
    wanted = set(keys)
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator(chunk_size=500):
        if session.get_decoded().get(DEVICE_SESSION_KEY) in wanted:
            session.delete()
    return Device.objects.filter(pk__in=keys).delete()[1].get("clinic.Device", 0)


def browser_description(request: HttpRequest) -> str:
    """What a browser says it is, in two words such as “Firefox, Windows”."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    found = [next((name for mark, name in names if mark in agent), "") for names in (PROGRAMS, SYSTEMS)]
    return ", ".join(filter(None, found))


def device_cookie(get_response: GetResponse) -> GetResponse:
    """Give a browser that signed in the cookie by which it is known."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        token = getattr(request, "device_cookie", "")
        if token:
            set_own_cookie(response, COOKIE, token, seconds=int(KNOWN_FOR.total_seconds()))
        return response

    return middleware
