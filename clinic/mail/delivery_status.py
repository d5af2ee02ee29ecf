"""The way out as a whole.

Paused when the mail server refuses our sign-in or TLS, so that nothing is tried in vain. Down while nobody answers
there: each mail waits by itself, and after a while a person must know. Held after a restore, until a person has looked
at what would go out.
"""

import datetime as dt
import logging
import re
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce, Least, Now

from clinic.models import DeliveryStatus, MailState, OutgoingMail

SMTP = "smtp"
# How long after a refusal the next mail tries whether somebody has repaired it.
PAUSE = dt.timedelta(minutes=5)
# How long a silence goes unasked, so that a repair does not wait for the mails' own waits, which grow to hours.
PROBE_INTERVAL = dt.timedelta(minutes=15)
# A server may repeat recipient or account in its words, which stand on the desk and in the log.
ADDRESS_PATTERN = re.compile(r"[^\s<>]+@[^\s<>]+")
logger = logging.getLogger(__name__)


def is_paused() -> bool:
    """Whether nothing may be tried now, by the database's clock."""
    closed = Q(paused_until__gt=Now()) | Q(held_since__isnull=False)
    return DeliveryStatus.objects.filter(closed, name=SMTP).exists()


def current_status() -> DeliveryStatus:
    """The way out as it stands; open where nothing was ever said of it."""
    return DeliveryStatus.objects.filter(name=SMTP).first() or DeliveryStatus(name=SMTP)


def held_status() -> DeliveryStatus | None:
    """The status with since when and why, where a person must release it; else None."""
    return DeliveryStatus.objects.filter(name=SMTP, held_since__isnull=False).first()


def hold_mail(why: str) -> None:
    """Let nothing out until `release`: no mail is sent, and no reminder becomes one."""
    logger.warning("Mail is held: %s", why)
    DeliveryStatus.objects.update_or_create(name=SMTP, defaults={"held_since": Now(), "held_reason": why[:200]})


def release_mail() -> bool:
    """Let mail go again; say whether it was held. What a repaired sign-in needs is `resume`."""
    held = DeliveryStatus.objects.filter(name=SMTP, held_since__isnull=False)
    return bool(held.update(held_since=None, held_reason=""))


def pause_mail(reason: str) -> None:
    """Stop for a while and say why; the mails wait with their tries unspent."""
    why = without_accounts(reason)[:300]
    logger.error("Mail is paused: %s", why)
    DeliveryStatus.objects.update_or_create(name=SMTP, defaults={"paused_until": Now() + PAUSE, "reason": why})


def without_accounts(said: str) -> str:
    """What a mail server said without e-mail addresses, and without the name with which we sign in there."""
    account = unquote(urlsplit(settings.EMAIL_URL).username or "")
    masked = ADDRESS_PATTERN.sub("(address)", said)
    return re.sub(rf"\b{re.escape(account)}\b", "(account)", masked) if account else masked


def note_unreachable(reason: str) -> None:
    """Nobody could be talked to. Since when is noted once, until a mail goes out; why is what was met last.

    Call it when the mails have their waits: the one whose turn comes first asks again soon, for all of them.
    """
    why = without_accounts(reason)[:300]
    logger.warning("No mail server to talk to: %s", why)
    DeliveryStatus.objects.bulk_create([DeliveryStatus(name=SMTP)], ignore_conflicts=True)
    DeliveryStatus.objects.filter(name=SMTP).update(down_since=Coalesce("down_since", Now()), down_reason=why)
    first = OutgoingMail.objects.filter(state=MailState.RETRYING).order_by("next_try_at").values("pk")[:1]
    OutgoingMail.objects.filter(pk__in=first).update(next_try_at=Least("next_try_at", Now() + PROBE_INTERVAL))


def resume_mail() -> None:
    """Go on: a mail went out, or a person repaired it. After a long silence all that waits is due at once."""
    way = DeliveryStatus.objects.filter(name=SMTP).exclude(reason="", down_since=None).first()
    if way is None:
        return
    with transaction.atomic():
        DeliveryStatus.objects.filter(name=SMTP).update(paused_until=None, reason="", down_since=None, down_reason="")
        if way.is_down:
            OutgoingMail.objects.filter(state=MailState.RETRYING, next_try_at__gt=Now()).update(next_try_at=Now())
