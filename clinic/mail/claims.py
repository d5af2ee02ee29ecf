"""Who may send a mail now: claims with a lease, and what came of them. Every write asks for the lease again.

A claim is a conditional UPDATE with a fresh token; only the holder of the token records anything. Due and lease go by
the database's clock. Phases: claimed -> data (committed just before the body goes) -> settled.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from clinic.mail.ledger import cleared_secrets
from clinic.mail.outcomes import wait_after
from clinic.models import MailPhase, MailState, OutgoingMail

# Longer than the body and its answer may take (2 x clinic.mail.smtp.TIMEOUT_SECONDS); renewed before the body goes.
LEASE = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class MailClaim:
    """Some mails that are ours to send, and the token that proves it."""

    token: uuid.UUID
    mails: tuple[OutgoingMail, ...]


def claim_mails(count: int) -> MailClaim:
    """Claim up to `count` mails that are due, the longest due first. Workers never wait for each other here.

    Mails that are useless by now are settled instead, and so are those that may have gone out twice.
    """
    token = uuid.uuid4()
    ours: list[OutgoingMail] = []
    found = True
    while found and not ours:
        with transaction.atomic():
            waiting = OutgoingMail.objects.filter(due_mails()).select_for_update(skip_locked=True)
            rows = list(waiting.order_by("next_try_at", "pk")[:count])
            now = database_now()
            found = bool(rows)
            ours = [mail for mail in rows if not settle_useless(mail, now)]
            take_lease(ours, token)
    return MailClaim(token, tuple(ours))


def take_lease(mails: list[OutgoingMail], token: uuid.UUID) -> None:
    """Write the lease on rows that are locked in this transaction."""
    for mail in mails:
        # The lease ran out while the body was under way: this is the one extra copy, and it is flagged.
        mail.maybe_duplicate = mail.maybe_duplicate or mail.phase == MailPhase.DATA
    OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails if mail.maybe_duplicate]).update(maybe_duplicate=True)
    OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
        state=MailState.SENDING, phase=MailPhase.CLAIMED, lease=token, lease_until=Now() + LEASE
    )


def database_now() -> dt.datetime:
    """The database's clock, which all workers share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: dt.datetime = cursor.fetchone()[0]
    return now


def due_mails() -> Q:
    """What may be claimed: waiting and due, or left behind by a worker whose lease is over."""
    waiting = Q(state__in=[MailState.QUEUED, MailState.RETRYING], next_try_at__lte=Now())
    left_behind = Q(state=MailState.SENDING, lease_until__lte=Now())
    # The first condition says nothing new, but without it PostgreSQL does not see that the index of pending mails has
    # all of these, and reads and sorts the whole ledger for each batch.
    return Q(state__in=sorted(OutgoingMail.PENDING)) & (waiting | left_behind)


def settle_useless(mail: OutgoingMail, now: dt.datetime) -> bool:
    """End a mail that must not be tried again, in words that a person can act on; say whether it was one."""
    sent_perhaps = mail.phase == MailPhase.DATA
    useless = mail.not_after is not None and mail.not_after <= now
    if sent_perhaps and (mail.maybe_duplicate or useless):
        why = _("The worker stopped after the text was handed over; nobody knows whether it arrived.")
        settle_locked(mail, state=MailState.UNCERTAIN, reply=why, maybe_duplicate=True)
        return True
    if useless:
        state = MailState.UNCERTAIN if mail.maybe_duplicate else MailState.FAILED
        settle_locked(mail, state=state, reply=_("Not sent in time. %(reply)s") % {"reply": mail.reply})
        return True
    return False


def settle_locked(mail: OutgoingMail, **columns: Any) -> None:
    """Settle a row that is locked in this transaction."""
    columns["reply"] = columns["reply"].strip()[:300]
    OutgoingMail.objects.filter(pk=mail.pk).update(
        phase="", lease=None, lease_until=None, settled_at=Now(), **cleared_secrets(mail, columns["state"]), **columns
    )


def begin_body(mail: OutgoingMail, token: uuid.UUID) -> bool:
    """Commit that the body goes now; False where the mail was withdrawn, is useless by now, or is not ours any more."""
    useful = Q(not_after=None) | Q(not_after__gt=Now())
    return bool(locked_while_leased(mail, token).filter(useful).update(phase=MailPhase.DATA, lease_until=Now() + LEASE))


def record_sent(mail: OutgoingMail, token: uuid.UUID, reply: str) -> None:
    """The server said yes, in these words. The mail's own words, if they were secret, are not kept.

    The commit does not wait for the disk, which took half of a worker's time. An answer lost in a power cut leaves the
    mail in its data phase, and it goes once more, flagged, as after any other crash.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
        settle_mail(mail, token, state=MailState.SENT, reply=reply, sent_at=Now(), settled_at=Now())


def record_failed(mail: OutgoingMail, token: uuid.UUID, reply: str, *, address: bool = False) -> None:
    """A final no; `address` where it is the address that is refused."""
    settle_mail(mail, token, state=MailState.FAILED, reply=reply, settled_at=Now(), address_refused=address)


def record_retry(mail: OutgoingMail, token: uuid.UUID, reply: str) -> None:
    """Try again after a growing wait; once the wait would outlast the mail's use, the next claim ends it."""
    wait = wait_after(mail.attempts + 1)
    settle_mail(mail, token, state=MailState.RETRYING, reply=reply, next_try_at=Now() + wait)


def record_uncertain(mail: OutgoingMail, token: uuid.UUID, reply: str) -> None:
    """No answer after the body: once more with the same Message-ID, or if this was that once more, no further."""
    if mail.maybe_duplicate:
        settle_mail(mail, token, state=MailState.UNCERTAIN, reply=reply, settled_at=Now())
    else:
        settle_mail(
            mail, token, state=MailState.RETRYING, reply=reply, maybe_duplicate=True, next_try_at=Now() + wait_after(1)
        )


def settle_mail(mail: OutgoingMail, token: uuid.UUID, *, state: str, reply: str, **columns: Any) -> None:
    """Record what came of one try, if the mail is still ours."""
    locked_while_leased(mail, token).update(
        state=state,
        phase="",
        lease=None,
        lease_until=None,
        attempts=F("attempts") + 1,
        reply=reply[:300],
        **cleared_secrets(mail, state),
        **columns,
    )


def release_claim(mails: Iterable[OutgoingMail], token: uuid.UUID) -> None:
    """Return mails that were claimed but not tried, as they were before."""
    keys = [mail.pk for mail in mails]
    mine = OutgoingMail.objects.filter(pk__in=keys, lease=token, phase=MailPhase.CLAIMED)
    unclaimed = {"phase": "", "lease": None, "lease_until": None}
    mine.filter(attempts=0).update(state=MailState.QUEUED, **unclaimed)
    mine.filter(attempts__gt=0).update(state=MailState.RETRYING, **unclaimed)


def locked_while_leased(mail: OutgoingMail, token: uuid.UUID) -> QuerySet[OutgoingMail]:
    """The row as long as this token holds it."""
    return OutgoingMail.objects.filter(pk=mail.pk, state=MailState.SENDING, lease=token)
