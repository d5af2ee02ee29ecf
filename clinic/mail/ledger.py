"""Writing to the ledger of outgoing mail. Whoever wants to send something writes a row; the sender does the rest."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Required, TypedDict, Unpack
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import BadHeaderError
from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Now
from django.utils import timezone

from clinic.identity import mailed_form
from clinic.mail.kinds import KINDS, secret_codes
from clinic.models import MailPhase, MailState, OutgoingMail

# A mail without a moment of its own after which it is useless is tried for two days.
MAIL_USEFUL_FOR = dt.timedelta(days=2)


class MailContent(TypedDict, total=False):
    """What a row is made of besides its kind."""

    to: Required[str]
    name: str
    subject: Required[str]
    text: Required[str]
    html: str
    calendar: str
    calendar_method: str
    headers: Mapping[str, str]
    not_after: dt.datetime | None
    next_try_at: dt.datetime | None


def queue_mail(*, kind: str, dedupe_key: str = "", **content: Unpack[MailContent]) -> OutgoingMail:
    """Queue one mail to one address and return its row; it is sent after `next_try_at` (now) and before `not_after`.

    Writing in the transaction of what the mail tells keeps both or neither. With a `dedupe_key`, up to 80 characters,
    the first mail of that key is the only one: later calls return it. Raises BadHeaderError for a line break in
    anything that becomes a header.
    """
    mail = mail_row(kind=kind, **content)
    if not dedupe_key:
        mail.save(force_insert=True)
        return mail
    mail.dedupe_key = dedupe_key
    OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)
    return OutgoingMail.objects.get(dedupe_key=dedupe_key)


def mail_row(*, kind: str, **content: Unpack[MailContent]) -> OutgoingMail:
    """The row that `queue_mail` would save, unsaved: a sweep saves many at once. Raises BadHeaderError, and ValueError
    for a kind that is not registered."""
    if kind not in KINDS:
        raise ValueError(f"There is no kind of mail {kind!r}.")
    name, headers = content.get("name", ""), dict(content.get("headers", {}))
    calendar_method = content.get("calendar_method", "")
    refuse_line_breaks(content["subject"], content["to"], name, calendar_method, *headers, *headers.values())
    now, public_id = timezone.now(), uuid.uuid4()
    return OutgoingMail(
        public_id=public_id,
        message_id=f"<{public_id}@{site_host()}>",
        kind=kind,
        to_email=mailed_form(content["to"]),
        to_name=name[:160],
        subject=content["subject"][:200],
        text=content["text"],
        html=content.get("html", ""),
        calendar=content.get("calendar", ""),
        calendar_method=calendar_method,
        headers=headers,
        created_at=now,
        next_try_at=content.get("next_try_at") or now,
        not_after=content.get("not_after") or now + MAIL_USEFUL_FOR,
    )


def resend(mail: OutgoingMail, *, to: str, name: str) -> OutgoingMail:
    """Send the words of a first mail once more, to where its reader is reached now: a new row, a Message-ID of its own.

    It is useful as long as the first was, so that nothing announces an appointment that has begun; for two days from
    now where that is over, which the caller must have thought about. Raises ValueError where the words were secret and
    are gone.
    """
    if not mail.text:
        raise ValueError(f"Mail {mail.public_id} keeps no words to send again.")
    still_useful = mail.not_after is not None and mail.not_after > timezone.now()
    copy = mail_row(
        kind=mail.kind,
        to=to,
        name=name,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        calendar=mail.calendar,
        calendar_method=mail.calendar_method,
        headers=mail.headers if mailed_form(to) == mail.to_email else without_reader(mail.headers),
        not_after=mail.not_after if still_useful else None,
    )
    copy.resend_of = mail
    copy.save(force_insert=True)
    return copy


def without_reader(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers without the name and address of whoever read the mailbox before."""
    return {name: value for name, value in headers.items() if name != "To"}


def withdraw_mails(mails: "QuerySet[OutgoingMail]", *, why: str) -> int:
    """Take back those that have not begun to leave; return how many.

    A mail that a worker has claimed can still be taken back: the worker asks for its lease again just before the body
    goes (see claims.begin_body). One whose body may be under way cannot: if it is, its answer is recorded as ever; if
    its worker was killed, it ends as uncertain (claims.settle_the_hopeless) instead of going once more.
    """
    still_here = Q(state__in=[MailState.QUEUED, MailState.RETRYING]) | Q(
        state=MailState.SENDING, phase=MailPhase.CLAIMED
    )
    secret = When(kind__in=secret_codes(), then=Value("", output_field=TextField()))
    # `maybe_duplicate` stays: of a withdrawn mail a first copy may have left before.
    withdrawn = mails.filter(still_here).update(
        state=MailState.WITHDRAWN,
        phase="",
        lease=None,
        lease_until=None,
        reply=why[:300],
        settled_at=timezone.now(),
        text=Case(secret, default=F("text")),
        html=Case(secret, default=F("html")),
    )
    # In this order: what came to its data phase while the first statement ran is met by the second.
    under_way = mails.filter(state=MailState.SENDING, phase=MailPhase.DATA)
    under_way.exclude(not_after__lte=Now()).update(not_after=Now())
    return withdrawn


def cleared_secrets(mail: OutgoingMail, state: str) -> dict[str, str]:
    """The columns to empty when a mail comes to `state`: its words, where they are secret and it will not go again."""
    over = state not in OutgoingMail.PENDING
    return {"text": "", "html": ""} if over and KINDS[mail.kind].secret else {}


def refuse_line_breaks(*values: str) -> None:
    """Raise BadHeaderError where a value would start a header line of its own."""
    for value in values:
        if "\r" in value or "\n" in value or "\0" in value:
            raise BadHeaderError("A mail's subject, addresses and headers may not contain line breaks.")


def site_host() -> str:
    """The host name of this installation, the right-hand side of Message-IDs and calendar UIDs."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"
