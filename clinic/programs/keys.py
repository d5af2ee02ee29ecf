"""Actions on API keys: made and shown once, recognised, revoked."""

import datetime as dt
import hmac
import re
import secrets
import uuid
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.accounts.security import SecurityEventKind, record_security_event
from clinic.errors import Refusal
from clinic.models.links import token_digest
from clinic.models.user import User
from clinic.programs.models import NOTED_EVERY, PREFIX_LENGTH, ApiKey, Scope

# A prefix by which scanners of leaked secrets know it; then 256 random bits, so that one fast hash is enough.
KEY_PREFIX = "wsk_"
KEY_PATTERN = re.compile(r"wsk_[A-Za-z0-9_-]{43}")


class KeyRefused(Refusal):
    """A key that opens nothing: `key_unknown`, `key_expired`, `key_revoked`; or not from here: `key_network`."""

    usual_code = "key_unknown"


class MissingScope(Refusal):
    """A key that is good, but not for this."""

    usual_code = "missing_scope"

    def __init__(self, scope: Scope) -> None:
        super().__init__(_("This key lacks the scope %(scope)s.") % {"scope": scope.value})
        self.scope = scope


@transaction.atomic
def make_api_key(
    *,
    name: str,
    scopes: Collection[str],
    networks: Sequence[str] = (),
    expires_at: dt.datetime | None,
    by: User,
    request: HttpRequest | None,
) -> tuple[ApiKey, str]:
    """Make a key; return its row and the key itself, which is kept nowhere. `by` is told by mail."""
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    public_id = uuid.uuid4()
    actor = User.objects.create_user(f"program-{public_id.hex}@programs.invalid", name=name, is_active=False)
    row = ApiKey.objects.create(
        public_id=public_id,
        name=name,
        actor=actor,
        prefix=key[:PREFIX_LENGTH],
        digest=token_digest(key),
        scopes=[scope.value for scope in Scope if scope in scopes],
        networks=list(networks),
        expires_at=expires_at,
        created_by=by,
    )
    record_security_event(by, SecurityEventKind.KEY_MADE, request=request)
    return row, key


@transaction.atomic
def revoke_api_key(row: ApiKey, *, by: User, request: HttpRequest | None) -> bool:
    """Let a key open nothing from now on; say whether it did until now."""
    revoked = ApiKey.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=timezone.now(), revoked_by=by)
    if revoked:
        record_security_event(by, SecurityEventKind.KEY_REVOKED, request=request)
    return bool(revoked)


def must_be_live_key(key: str, *, address: str) -> ApiKey:
    """The key that this text is, used from this IP address. Raises KeyRefused."""
    row = find_api_key(key)
    if row is None:
        raise KeyRefused(_("There is no such key."))
    if row.revoked_at is not None:
        raise KeyRefused(_("This key was revoked."), code="key_revoked")
    if row.is_expired:
        raise KeyRefused(_("This key has expired."), code="key_expired")
    if not row.takes_from(address):
        raise KeyRefused(_("This key is not taken from your network."), code="key_network")
    note_use(row)
    return row


def find_api_key(key: str) -> ApiKey | None:
    """The row of a key, found by its begin and compared in constant time."""
    if not KEY_PATTERN.fullmatch(key):
        return None
    digest = token_digest(key)
    rows = ApiKey.objects.filter(prefix=key[:PREFIX_LENGTH]).select_related("actor")
    return next((row for row in rows if hmac.compare_digest(row.digest, digest)), None)


def note_use(row: ApiKey) -> None:
    """Note that a key was used, to the hour."""
    now = timezone.now()
    if row.last_used_at is None or row.last_used_at < now - NOTED_EVERY:
        long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
        hour = now.replace(minute=0, second=0, microsecond=0)
        ApiKey.objects.filter(long_ago, pk=row.pk).update(last_used_at=hour)
