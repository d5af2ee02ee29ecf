"""Settings of Warmstone: every name a practice may set, from the environment or from the file named by NAME_FILE."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF

from clinic.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

# Identity -------------------------------------------------------------------------------------------------------------
DEFAULT_SECRET = "warmstone-default-secret-for-development-only"  # noqa: S105 - refused in production, see clinic.checks
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.secret("SECRET_KEY", default=DEFAULT_SECRET)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SECRETS_KEY = env.str("SECRETS_KEY", default="")
SECRETS_KEY_FALLBACKS = env.list("SECRETS_KEY_FALLBACKS", default=[])
BACKUP_PASSPHRASE = env.str("BACKUP_PASSPHRASE", default="")
SITE_URL = env.site("SITE_URL", default="http://localhost:8000")
DATA_DIR = env.folder("DATA_DIR", default=BASE_DIR / "var")

_site = urlsplit(SITE_URL)
ALLOWED_HOSTS = [_site.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "clinic.web.csrf.failed"

# Application ----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "booking",
    "clients",
    "clinic",
    "clinic.admin_config.PracticeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
]
MIDDLEWARE = [
    "clinic.web.middleware.name_request",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clinic.web.middleware.plain_headers",
    "clinic.web.middleware.one_version_a_page",
    "clinic.accounts.devices.device_cookie",
    "csp.middleware.CSPMiddleware",
    "clinic.web.broken_text.RefuseBrokenText",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clinic.accounts.handover.handed_over",
    "clinic.setup.gate.lead_to_set_up",
    "clinic.accounts.kept_posts.forget_sent_forms",
    "clinic.accounts.sign_in.SignInRequired",
    "clinic.accounts.sessions.session_limits",
    "clinic.accounts.second_factor.second_factor",
    "clinic.accounts.adapter.hide_unused_account_pages",
    "clinic.country.wall_time.practice_time",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.web.context.practice",
                "clinic.web.context.looks",
                "clinic.web.context.sign_in",
            ],
            # What nearly every template uses; none loads it.
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.l10n",
                "django.templatetags.static",
                "django.templatetags.tz",
                "crispy_forms.templatetags.crispy_forms_tags",
                "crispy_forms.templatetags.crispy_forms_filters",
                "clinic.templatetags.mails",
                "clinic.templatetags.moments",
                "clinic.templatetags.pages",
                "clinic.templatetags.phones",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Functions without arguments that read what a process keeps: web server and worker call them once, before they fork.
READ_BEFORE_FORK = ["clients.care.catalogue.shipped"]

# Database: a server of yours, or the one inside -----------------------------------------------------------------------
INSIDE = {
    "ENGINE": "clinic.embedded",
    "NAME": "warmstone",
    "DATA_DIR": DATA_DIR / "postgres",
    "PROGRAMS": env.str("EMBEDDED_POSTGRES", default=""),
}
DATABASES = {
    "default": {**env.database("DATABASE_URL", default=INSIDE), "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
}

# Cache: in the database, so that signing in and its limits need nothing else (decision 11) ----------------------------
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "clinic_cache",
        # Beyond so many entries Django throws live ones away: with its 300, a crowd would wash out the limits.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# Queue ----------------------------------------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object]
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    # Publishing is best effort with a short patience: booking must answer with the broker down (invariants.md#hints).
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        "retry_on_timeout": False,
        # One more try, at once: left to itself kombu asks for six seconds while a client waits for the answer.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
    }
else:
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "queue"),
        "data_folder_out": str(DATA_DIR / "queue"),
        "control_folder": str(DATA_DIR / "queue-control"),
    }
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 15 * 60
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A Redis that refuses (read-only, out of memory, disk full) is away like one that does not answer: the worker waits.
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "clinic.operations.beat:MendingScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
EACH_MINUTE = {"schedule": 60.0, "options": {"expires": 55}}
NIGHTLY = {"options": {"expires": 3600}}
CELERY_BEAT_SCHEDULE = {
    "look-now": {"task": "booking.tasks.sweep", **EACH_MINUTE},
    "send-mail": {"task": "clinic.tasks.send_mail", **EACH_MINUTE},
    "private-calendars": {"task": "booking.tasks.read_private_calendars", **EACH_MINUTE},
    "send-webhooks": {"task": "booking.tasks.send_webhooks", **EACH_MINUTE},
    "forget": {"task": "booking.tasks.finish_erasures", "schedule": crontab(hour="2", minute="10"), **NIGHTLY},
    "prove": {"task": "booking.tasks.prove_bookings", "schedule": crontab(hour="1", minute="40"), **NIGHTLY},
}

# Mail: every message is a row first; the ledger backend writes it -----------------------------------------------------
EMAIL_URL = env.str("EMAIL_URL", default="")
EMAIL_BACKEND = "clinic.mail.backend.LedgerBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Warmstone <hello@localhost>")
MAIL_DIR = DATA_DIR / "mail"

# Signing in -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "clinic.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("Argon2", "PBKDF2")]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "clinic.accounts.adapter.AccountAdapter"
REWORDED = ("login", "reset_password", "reset_password_from_key", "change_password", "reauthenticate")
# Wrong passwords and codes are counted by clinic.accounts.attempts.
ACCOUNT_RATE_LIMITS = {"login_failed": None}
ACCOUNT_FORMS = {name: f"clinic.accounts.forms.{name.title().replace('_', '')}Form" for name in REWORDED}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no stranger makes us write to a third
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
FACTORS = ("authenticate", "reauthenticate", "activate_totp")
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A browser takes a site without TLS only where it is this machine itself; production is https (clinic.checks).
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _site.scheme != "https"
MFA_TOTP_ISSUER = "Warmstone"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the practice makes every account itself
MFA_ADAPTER = "clinic.accounts.factor.FactorAdapter"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {name: f"clinic.accounts.forms.{name.title().replace('_', '')}CodeForm" for name in FACTORS}
MFA_FORMS["add_webauthn"] = "clinic.accounts.forms.AddPasskeyForm"

# Words and time -------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["clinic.formats"]
TIME_ZONE = "UTC"  # rules are wall time in the practice's own zone; this is only the storage zone

# Static files ---------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = env.folder("STATIC_ROOT", default=DATA_DIR / "static")
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    (f"vendor/{name}", NODE_MODULES / folder)
    for name, folder in {
        "bootstrap": "bootstrap/dist",
        "event-calendar": "@event-calendar/build/dist",
        "htmx": "htmx.org/dist",
    }.items()
    if (NODE_MODULES / folder).is_dir()
]
# Collected files carry a hash in their names; without a collection (development, tests) the finders serve them.
_collected = (STATIC_ROOT / "staticfiles.json").exists() or "collectstatic" in sys.argv
WHITENOISE_USE_FINDERS = not _collected
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# What is sent to us is held in memory until it is encrypted; a file above this size is not taken at all.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 21 * 1024 * 1024

# Headers --------------------------------------------------------------------------------------------------------------
_https = _site.scheme == "https"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = False  # the proxy in front redirects; health checks stay on plain HTTP
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
# This site alone, unless the owner of the whole domain says more: what is preloaded cannot be taken back for months.
HSTS = env.str("HSTS", default="site")
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https and HSTS in {"subdomains", "preload"}
SECURE_HSTS_PRELOAD = _https and HSTS == "preload"
# Nothing leaves to other sites. A flat "no-referrer" would have browsers send `Origin: null` with our own forms, which
# the CSRF check must refuse; pages opened by a token add it on their redirect (clinic.web.links).
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 24 * 3600  # at most; the practice says how long a sign-in lasts (clinic.accounts.sessions)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
# TLS redirect belongs to the proxy (docs/install.md); how far HSTS goes is the domain owner's choice. W161: run at nine
# in the evening, the check takes the usual begin of quiet hours for the moment of the start.
SILENCED_SYSTEM_CHECKS = ["fields.W161", "security.W005", "security.W008", "security.W021"]
THROTTLE_BOOKING = env.str("THROTTLE_BOOKING", default="30/m")
# Networks that may read in words how each part of the server is, such as that of the monitoring.
STATUS_NETWORKS = env.list("STATUS_NETWORKS", default=[])
# Networks of one's own that webhooks and calendar feeds may reach, by plain http too; the public ones need no naming.
OUTBOUND_NETWORKS = env.list("OUTBOUND_NETWORKS", default=[])

# Logs: ids, never names, bodies or query strings ----------------------------------------------------------------------
LOG_FORMAT = env.str("LOG_FORMAT", default="text")
LOGGING_CONFIG = "clinic.operations.logs.set_up_logs"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {
            "class": "clinic.operations.logs.TextLines",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
        "json": {"class": "clinic.operations.logs.JsonLines"},
    },
    "filters": {
        "tokens": {"()": "clinic.operations.logs.MaskTokens"},
        "rows": {"()": "clinic.operations.logs.LeaveOutRows"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_FORMAT == "json" else "text",
            "filters": ["tokens", "rows"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}
