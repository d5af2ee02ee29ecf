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

from clinic.models import MailChannel, MailState, OutgoingMail

CHANNEL_NAME = "smtp"
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
    return MailChannel.objects.filter(closed, name=CHANNEL_NAME).exists()


def current_channel() -> MailChannel:
    """The way out as it stands; open where nothing was ever said of it."""
    return MailChannel.objects.filter(name=CHANNEL_NAME).first() or MailChannel(name=CHANNEL_NAME)


def held_channel() -> MailChannel | None:
    """The channel with since when and why, where a person must release it; else None."""
    return MailChannel.objects.filter(name=CHANNEL_NAME, held_since__isnull=False).first()


def hold_channel(why: str) -> None:
    """Let nothing out until `release`: no mail is sent, and no reminder becomes one."""
    logger.warning("Mail is held: %s", why)
    MailChannel.objects.bulk_create(
        [MailChannel(name=CHANNEL_NAME, held_since=Now(), held_reason=why[:200])],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["held_since", "held_reason"],
    )


def release_channel() -> bool:
    """Let mail go again; say whether it was held. What a repaired sign-in needs is `resume`."""
    return bool(
        MailChannel.objects.filter(name=CHANNEL_NAME, held_since__isnull=False).update(held_since=None, held_reason="")
    )


def pause_channel(reason: str) -> None:
    """Stop for a while and say why; the mails wait with their tries unspent."""
    why = without_accounts(reason)[:300]
    logger.error("Mail is paused: %s", why)
    MailChannel.objects.bulk_create(
        [MailChannel(name=CHANNEL_NAME, paused_until=Now() + PAUSE, reason=why)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["paused_until", "reason"],
    )


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
    MailChannel.objects.bulk_create([MailChannel(name=CHANNEL_NAME)], ignore_conflicts=True)
    MailChannel.objects.filter(name=CHANNEL_NAME).update(down_since=Coalesce("down_since", Now()), down_reason=why)
    first = OutgoingMail.objects.filter(state=MailState.RETRYING).order_by("next_try_at").values("pk")[:1]
    OutgoingMail.objects.filter(pk__in=first).update(next_try_at=Least("next_try_at", Now() + PROBE_INTERVAL))


def resume_channel() -> None:
    """Go on: a mail went out, or a person says that the trouble is repaired.

    After a long silence the mails that wait for their next try go at the next look, one after the other.
    """
    way = MailChannel.objects.filter(name=CHANNEL_NAME).exclude(reason="", down_since=None).first()
    if way is None:
        return
    with transaction.atomic():
        MailChannel.objects.filter(name=CHANNEL_NAME).update(
            paused_until=None, reason="", down_since=None, down_reason=""
        )
        if way.is_down:
            OutgoingMail.objects.filter(state=MailState.RETRYING, next_try_at__gt=Now()).update(next_try_at=Now())
