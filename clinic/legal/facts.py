"""What is true of this installation, as the variables of the legal texts. An empty one is not known."""

from collections.abc import Callable, Iterable

from babel import Locale
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.accounts.devices import KNOWN_FOR
from clinic.legal.countries import DATA_AUTHORITIES
from clinic.mail.server import mail_server
from clinic.models import LegalDetails, Practice
from clinic.web.links import COOKIE_AGE

SECONDS_PER_HOUR = 3600
Fact = Callable[[], str]
FACTS_OF_APPS: dict[str, Fact] = {}


def legal_values(practice: Practice, details: LegalDetails) -> dict[str, str]:
    """The variables of both texts with their values."""
    return {
        "practice": practice.name,
        "controller": lines_of(who_runs_it(practice, details)),
        "phone": practice.phone,
        "email": practice.email,
        "represented_by": details.represented_by,
        "register": ", ".join(filter(None, [details.register, details.register_number])),
        "vat_id": details.vat_id,
        "profession": details.profession,
        "chamber": details.chamber,
        "profession_rules": details.profession_rules,
        "trade_authority": details.trade_authority,
        "data_contact": details.data_contact,
        "data_authority": details.data_authority or DATA_AUTHORITIES.get(practice.country, ""),
        "processors": lines_of(f"- {line}" for line in details.processors.splitlines() if line.strip()),
        "mail_server": mail_host(),
        "retention": retention(practice),
        "own_pages": settings.SITE_URL + reverse("booking:me"),
        "cookies": lines_of(f"- {name}: {purpose}" for name, purpose in cookies(practice)),
        **{name: say() for name, say in FACTS_OF_APPS.items()},
    }


def register_fact(name: str) -> Callable[[Fact], Fact]:
    """Have an app of this project say what it knows, as a variable: a sentence, or nothing where there is none."""

    def register(say: Fact) -> Fact:
        FACTS_OF_APPS[name] = say
        return say

    return register


def lines_of(parts: Iterable[str]) -> str:
    """Those that say something, a line each."""
    return "\n".join(part.strip() for part in parts if part.strip())


def who_runs_it(practice: Practice, details: LegalDetails) -> list[str]:
    """Name and address as an imprint wants them; the practice's own name where no owner is named yet."""
    operator = " ".join(filter(None, [details.operator, details.legal_form])) if details.operator else ""
    name = practice.name if practice.name not in operator else ""
    return [operator, name, practice.street, practice.city, str(Locale("en").territories.get(practice.country, ""))]


def mail_host() -> str:
    """The server that mails leave by; empty where they become files, or go by a server on this very machine."""
    try:
        host = mail_server(settings.EMAIL_URL).host if settings.EMAIL_URL else ""
    except ImproperlyConfigured:
        return ""
    return "" if host in {"localhost", "127.0.0.1", "::1"} else host


def retention(practice: Practice) -> str:
    """How long a record stays once its client asked for its erasure, as `clients.record.erasure` keeps it."""
    years = practice.retention_years
    if not years:
        return _("Ask us to erase your file, and the record goes at once.")
    kept = ngettext("%(years)d year", "%(years)d years", years) % {"years": years}
    return _(
        "We keep the record of your sessions for %(kept)s after the last one, as the law asks. Ask us to erase your "
        "file before, and e-mail, phone, our notes about you and the words of our mails go at once; the record is "
        "closed to everybody here and deleted when that time is over."
    ) % {"kept": kept}


def cookies(practice: Practice) -> list[tuple[str, str]]:
    """Every cookie that a page may set, with what it is for and how long it lasts."""
    session = _(
        "holds a booking or a sign-in together, for %(hours)d hours; a sign-in ends after %(idle)d idle minutes."
    )
    opened = _("remembers that you opened a link from our mails, for %(hours)d hours.")
    device = _("on devices of the team only, for %(days)d days at most.")
    lasts = {"hours": settings.SESSION_COOKIE_AGE // SECONDS_PER_HOUR, "idle": practice.idle_minutes}
    return [
        (settings.SESSION_COOKIE_NAME, session % lasts),
        (settings.CSRF_COOKIE_NAME, _("shows that a form comes from this site, for a year.")),
        ("messages", _("carries one notice, such as “Saved”, to the next page.")),
        ("open-…", opened % {"hours": COOKIE_AGE // SECONDS_PER_HOUR}),
        ("device, handover", device % {"days": KNOWN_FOR.days}),
    ]
