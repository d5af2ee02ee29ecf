"""The way out as a whole.

Paused when the mail server refuses our sign-in or TLS, so that nothing is tried in vain. Held after a restore, until a
person has looked at what would go out.
"""

import datetime as dt
import logging

from django.db.models import Q
from django.db.models.functions import Now

from clinic.models import Heartbeat, MailChannel

NAME = "smtp"
# How long after a refusal the next mail tries whether somebody has repaired it.
PAUSE = dt.timedelta(minutes=5)
logger = logging.getLogger(__name__)


def is_paused() -> bool:
    """Whether nothing may be tried now, by the database's clock."""
    closed = Q(paused_until__gt=Now()) | Q(held_since__isnull=False)
    return MailChannel.objects.filter(closed, name=NAME).exists()


def held() -> MailChannel | None:
    """The channel with since when and why, where a person must release it; else None."""
    return MailChannel.objects.filter(name=NAME, held_since__isnull=False).first()


def hold(why: str) -> None:
    """Let nothing out until `release`: no mail is sent, and no reminder becomes one."""
    logger.warning("Mail is held: %s", why)
    MailChannel.objects.bulk_create(
        [MailChannel(name=NAME, held_since=Now(), held_why=why[:200])],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["held_since", "held_why"],
    )


def release() -> bool:
    """Let mail go again; say whether it was held. What a repaired sign-in needs is `resume`."""
    return bool(MailChannel.objects.filter(name=NAME, held_since__isnull=False).update(held_since=None, held_why=""))


def pause(reason: str) -> None:
    """Stop for a while and say why; the mails wait with their tries unspent."""
    logger.error("Mail is paused: %s", reason)
    MailChannel.objects.bulk_create(
        [MailChannel(name=NAME, paused_until=Now() + PAUSE, reason=reason[:300])],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["paused_until", "reason"],
    )


def resume() -> None:
    """Go on: a mail went out, or a person says that the trouble is repaired."""
    MailChannel.objects.filter(name=NAME).exclude(reason="").update(paused_until=None, reason="")


def beat(name: str) -> None:
    """Note that a periodic job has just finished; `/healthz/ready` tells when that was too long ago."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=Now())], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )
