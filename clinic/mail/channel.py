"""The way out as a whole: paused when the mail server refuses our sign-in or TLS, so that nothing is tried in vain."""

import datetime as dt
import logging

from django.db.models.functions import Now

from clinic.models import Heartbeat, MailChannel

NAME = "smtp"
# How long after a refusal the next mail tries whether somebody has repaired it.
PAUSE = dt.timedelta(minutes=5)
logger = logging.getLogger(__name__)


def is_paused() -> bool:
    """Whether nothing may be tried now, by the database's clock."""
    return MailChannel.objects.filter(name=NAME, paused_until__gt=Now()).exists()


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
