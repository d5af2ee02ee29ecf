"""What a country's law wants in privacy notice and imprint and is not on file: for the owner, never for the public."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from clinic.legal.countries import DATA_AUTHORITIES, GDPR_COUNTRIES
from clinic.models import CoveredEntity, LegalDetails, Practice

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Where the law itself wants an imprint: the e-commerce directive's Art. 5 (Germany: § 5 DDG, Austria: § 5 ECG), the
# United Kingdom's regulations of 2002, and Switzerland's UWG, Art. 3(1)(s).
IMPRINT_COUNTRIES = GDPR_COUNTRIES | {"GB", "CH"}
# Where massage is a trade that an authority and a chamber watch over (§ 5(1) no. 5 and 6 ECG).
SUPERVISED_COUNTRIES = frozenset({"AT"})

Rule = Callable[[Practice, LegalDetails], bool]


def is_company(practice: Practice, details: LegalDetails) -> bool:
    """Whether the law asks who stands behind a company."""
    return bool(details.legal_form) and practice.country in IMPRINT_COUNTRIES


# In the order of the page that asks for it: what is missing, and when.
RULES: tuple[tuple["StrOrPromise", Rule], ...] = (
    (_("the practice’s address"), lambda practice, _details: not (practice.street and practice.city)),
    (_("the practice’s e-mail"), lambda practice, _details: not practice.email),
    (
        _("the practice’s phone"),
        lambda practice, _details: practice.country in IMPRINT_COUNTRIES and not practice.phone,
    ),
    (_("the owner’s or company’s name"), lambda _practice, details: not details.operator),
    (
        _("who represents the company"),
        lambda practice, details: is_company(practice, details) and not details.represented_by,
    ),
    (
        _("the register and the number in it"),
        lambda practice, details: is_company(practice, details) and not (details.register and details.register_number),
    ),
    (
        _("the professional body"),
        lambda practice, details: practice.country in SUPERVISED_COUNTRIES and not details.chamber,
    ),
    (
        _("the rules of the profession"),
        lambda practice, details: (
            bool(details.profession) and practice.country in GDPR_COUNTRIES and not details.profession_rules
        ),
    ),
    (
        _("the supervisory authority"),
        lambda practice, details: practice.country in SUPERVISED_COUNTRIES and not details.trade_authority,
    ),
    (
        _("the data protection authority"),
        lambda practice, details: (
            practice.country in GDPR_COUNTRIES - DATA_AUTHORITIES.keys() and not details.data_authority
        ),
    ),
    (
        _("whether HIPAA binds the practice"),
        lambda practice, details: practice.country == "US" and details.covered_entity == CoveredEntity.UNSAID,
    ),
)


def legal_data_missing(practice: Practice, details: LegalDetails | None = None) -> list[str]:
    """What is missing, each in a few words, in the order of the page that asks for it. One query; none with
    `details`."""
    found = details or LegalDetails.current()
    return [str(said) for said, is_missing in RULES if is_missing(practice, found)]
