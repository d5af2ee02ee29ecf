"""Codes by mail: 15 minutes, one use, five tries, the newest alone; any address is treated alike, known or not."""

import datetime as dt
import secrets
import unicodedata

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from clinic.identity import mailed_form
from clinic.models import MailCode

# Where a session keeps the address that it proved to read.
MAILBOX_PURPOSE = "mailbox"
CODE_VALID_FOR = dt.timedelta(minutes=15)
MOST_WRONG_CODES = 5
DIGITS = 8


def new_code(address: str, *, purpose: str) -> str:
    """Make the code of an address for a purpose, in place of an earlier one; return its digits, kept nowhere else."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    key = code_key(address, purpose)
    MailCode.objects.update_or_create(
        key=key, defaults={"digest": code_digest(key, code), "tries": 0, "until": timezone.now() + CODE_VALID_FOR}
    )
    old = MailCode.objects.filter(until__lt=timezone.now()).select_for_update(skip_locked=True)
    with transaction.atomic():
        MailCode.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:100])).delete()
    return code


def use_mail_code(address: str, code: str, *, purpose: str) -> bool:
    """Whether this is the live code of that address. A right one is used up; the fifth wrong one ends the code."""
    key, typed = code_key(address, purpose), digits_in(code)
    if len(typed) != DIGITS:
        return False
    with transaction.atomic():
        row = (
            MailCode.objects.select_for_update()
            .filter(key=key, until__gt=timezone.now(), tries__lt=MOST_WRONG_CODES)
            .first()
        )
        # The same work for a code that is not there.
        right = constant_time_compare(row.digest if row else "", code_digest(key, typed))
        if row is None:
            return False
        if right:
            row.delete()
        else:
            row.tries += 1
            row.save(update_fields=["tries"])
    return right


def code_key(address: str, purpose: str) -> str:
    """Under which a code is kept; from it nobody reads the address without our secret."""
    mac = salted_hmac(f"clinic.accounts.codes.{purpose}", mailed_form(address), algorithm="sha256")
    return f"{purpose}:{mac.hexdigest()}"


def code_digest(key: str, code: str) -> str:
    """What is kept of a code. It is short, so the hash takes our secret: a copy of the table alone opens nothing."""
    mac = salted_hmac(f"clinic.accounts.codes.digest.{key}", code, secret=settings.SECRET_KEY, algorithm="sha256")
    return mac.hexdigest()


def digits_in(typed: str) -> str:
    """The digits of a code as a person types or pastes it: `4702-2207`, with spaces, in full width, with letters that
    nobody sees. Empty where anything else stands among them: then it is no code, and costs no try."""
    found = []
    for sign in unicodedata.normalize("NFKC", typed):
        if (value := unicodedata.decimal(sign, None)) is not None:
            found.append(str(value))
        elif unicodedata.category(sign) not in {"Zs", "Zl", "Zp", "Cf", "Cc", "Pd", "Pc"} and sign not in ".,·/":
            return ""
    return "".join(found)


def code_in_groups(code: str) -> str:
    """A code as people read it aloud: 4821 9375."""
    return f"{code[: DIGITS // 2]} {code[DIGITS // 2 :]}"
