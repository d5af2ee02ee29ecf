"""Settings of a test run: clinic.settings, read with an environment of its own.

Nothing of the person's own set-up reaches the tests but DATA_DIR and DATABASE_URL, which choose where the test database
lies (default: an embedded cluster in var/test), and EMBEDDED_POSTGRES, which chooses its PostgreSQL (default: the
wheel's). The same environment is handed to every process that a test starts.
"""

import os
from pathlib import Path

OURS = "REDIS_URL EMAIL_URL DEFAULT_FROM_EMAIL SITE_URL THROTTLE_BOOKING DEBUG BACKUP_PASSPHRASE BACKUP_PASSPHRASE_FILE"
for name in OURS.split():
    os.environ.pop(name, None)
os.environ["SECRET_KEY"] = "a secret of the tests, known to everyone who reads them"
os.environ.setdefault("EMBEDDED_POSTGRES", "wheel")
os.environ.setdefault("DATA_DIR", str(Path(__file__).resolve().parent.parent / "var" / "test"))

if "COUNT_LINES" in os.environ:
    import tests.fixtures.lines  # noqa: F401 - it marks the lines of what is imported after it

from clinic.settings import *  # noqa: E402, F403 - the environment comes first
from clinic.settings import DATA_DIR, DATABASES  # noqa: E402

# The cluster of the tests forgoes safety for speed (tests/conftest.py): never the one that may hold a practice's data.
if "DATA_DIR" in DATABASES["default"]:
    DATABASES["default"]["DATA_DIR"] = DATA_DIR / "postgres-for-tests"

# A task published inside a test process goes nowhere; tests of delivery start real workers with a queue of their own.
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
# Hashing passwords slowly is the point of Argon2, and no point of a test.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# WhiteNoise warns of a missing folder, and a warning is an error here.
(DATA_DIR / "static").mkdir(parents=True, exist_ok=True)
# Each browser of a test loads the middleware, and WhiteNoise would look up every static file: 40 ms, a thousand times.
# Looked up when asked for they are the same. The tests' gunicorn looks them up at its start, by clinic.settings.
WHITENOISE_AUTOREFRESH = True
