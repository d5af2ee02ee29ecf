"""The code that lets the first owner in: made of the secret key, so that every web process knows it and none keeps it.

It stands in the log of the web server and nowhere else. Once an owner has been there it opens nothing (decision 22).
"""

import logging
import time
import unicodedata

from django.conf import settings
from django.db import Error, connections
from django.utils.crypto import constant_time_compare, salted_hmac

from clinic.models import Practice, User

# No letter that is taken for another when a code is read off a screen.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
# A page that is opened again and again fills no log.
ANNOUNCED_EVERY_SECONDS = 60
logger = logging.getLogger(__name__)
_announced_at: list[float] = []


def is_set_up_open(practice: Practice) -> bool:
    """Whether this installation never had an owner. Says so without a query once it had."""
    return practice.set_up_at is None and not User.objects.filter(is_superuser=True).exists()


def set_up_code() -> str:
    """The eight letters and digits, as they are compared."""
    number = int.from_bytes(salted_hmac("clinic.setup.code", settings.SITE_URL, algorithm="sha256").digest(), "big")
    found = ""
    for _letter in range(CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        found += ALPHABET[place]
    return found


def is_set_up_code(typed: str) -> bool:
    """Whether somebody typed the code, however they group it and in whatever case."""
    plain = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", typed).upper()))
    return constant_time_compare(plain.encode("utf-8", "replace"), set_up_code().encode())


def announce_code() -> None:
    """Write the code into the log, a line a minute at most in each process."""
    now = time.monotonic()
    if _announced_at and now - _announced_at[0] < ANNOUNCED_EVERY_SECONDS:
        return
    _announced_at[:] = [now]
    code = set_up_code()
    half = CODE_LENGTH // 2
    logger.warning("Set-up code: %s-%s (type it at %s/setup/)", code[:half], code[half:], settings.SITE_URL)


def announce_at_start() -> None:
    """Write the code into the log of a web server that has just started, where nobody owns its practice yet.

    A database that is away or has no tables yet keeps nobody from starting: the page itself writes the code later.
    """
    try:
        if is_set_up_open(Practice.read()):
            announce_code()
    except Error:
        logger.info("No set-up code yet: the database does not answer, or has no tables.")
    finally:
        connections.close_all()
