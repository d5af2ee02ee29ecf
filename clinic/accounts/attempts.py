"""Wrong passwords and codes slow down whoever types them, by account and network; a known browser counts by itself."""

import datetime as dt
import hashlib
import time
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from clinic.accounts.devices import device_of, has_signed_in
from clinic.models import Tally, User
from clinic.web.throttle import Throttled, count_request, network_key

MINUTE, HOUR = 60, 3600
# Five tries a minute; after twenty in an hour one a minute. Nobody waits longer than a minute.
FREE_TRIES, TRIES_A_MINUTE, TRIES_AN_HOUR = 5, 20, 1
# Codes of one person, typed in an hour in browsers that never signed in as them, from all networks together.
ANYWHERE = 30


@dataclass(frozen=True)
class TryCounters:
    """The counters of one account from one place."""

    minute: str
    hour: str

    def were_right(self) -> None:
        """Forget what was counted: whoever knows the password guesses no more."""
        Tally.objects.filter(key__in=[self.minute, self.hour]).delete()


def count_try(request: HttpRequest, *, account: str, user: User | None, scope: str) -> TryCounters:
    """Count one try by what was typed (`account`, known or not). Raises Throttled where the next comes too soon."""
    place = network_key(request)
    if has_signed_in(request, user) and (device := device_of(request)) is not None:
        place = f"device {device.pk}"
    who = hashlib.sha256(f"{settings.SECRET_KEY}{account.strip().lower()}|{place}".encode()).hexdigest()[:24]
    now = time.time()
    tries = TryCounters(tries_key(scope, "m", who, now, MINUTE), tries_key(scope, "h", who, now, HOUR))
    held = Tally.objects.filter(key=tries.hour).values_list("count", flat=True).first() or 0
    allowed = FREE_TRIES if held < TRIES_A_MINUTE else TRIES_AN_HOUR
    tried = count_request(tries.minute, until=end_of(now, MINUTE))
    if tried > allowed:
        wait = max(1, round(MINUTE - now % MINUTE))
        said = _("Too many wrong tries. Please wait a minute and try again.")
        raise Throttled(said, retry_after=wait, is_first=tried == allowed + 1)
    count_request(tries.hour, until=end_of(now, HOUR))
    return tries


def count_anywhere(request: HttpRequest, user: User, *, scope: str) -> None:
    """Count a code typed for somebody whose password is known by then, whatever network it comes from.

    A code is short: whoever has many networks would guess it. A browser that signed in as this person before is neither
    counted nor held up. Raises Throttled for the rest of the hour.
    """
    if has_signed_in(request, user):
        return
    now = time.time()
    tried = count_request(tries_key(scope, "a", str(user.pk), now, HOUR), until=end_of(now, HOUR))
    if tried > ANYWHERE:
        said = _("Too many wrong codes. Please try again in an hour, or use a browser in which you signed in before.")
        raise Throttled(said, retry_after=max(1, round(HOUR - now % HOUR)), is_first=tried == ANYWHERE + 1)


def tries_key(scope: str, name: str, who: str, now: float, window: int) -> str:
    """Under which the tries of one window are counted."""
    return f"{scope}-{name}:{who}:{int(now // window)}"


def end_of(now: float, window: int) -> dt.datetime:
    """When the window is over that an instant lies in."""
    return dt.datetime.fromtimestamp((now // window + 1) * window, dt.UTC)
