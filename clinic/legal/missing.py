"""What a country's law wants in privacy notice and imprint and is not on file: for the owner, never for the public."""

from django.utils.translation import gettext as _

from clinic.legal.countries import DATA_AUTHORITIES, GDPR_COUNTRIES
from clinic.models import CoveredEntity, LegalDetails, Practice

# Where the law itself wants an imprint: the e-commerce directive's Art. 5 (Germany: § 5 DDG, Austria: § 5 ECG), the
# United Kingdom's regulations of 2002, and Switzerland's UWG, Art. 3(1)(s).
IMPRINT_COUNTRIES = GDPR_COUNTRIES | {"GB", "CH"}
# Where massage is a trade that an authority and a chamber watch over (§ 5(1) no. 5 and 6 ECG).
SUPERVISED_COUNTRIES = frozenset({"AT"})


def legal_data_missing(practice: Practice, details: LegalDetails | None = None) -> list[str]:
    """What is missing, each in a few words, in the order of the page that asks for it. One query; none with
    `details`."""
    held, country = details or LegalDetails.current(), practice.country
    is_company = bool(held.legal_form) and country in IMPRINT_COUNTRIES
    is_gdpr, is_supervised = country in GDPR_COUNTRIES, country in SUPERVISED_COUNTRIES
    has_authority = held.data_authority or country in DATA_AUTHORITIES
    unsaid = held.covered_entity == CoveredEntity.UNSAID
    missing = (
        (_("the practice’s address"), not (practice.street and practice.city)),
        (_("the practice’s e-mail"), not practice.email),
        (_("the practice’s phone"), country in IMPRINT_COUNTRIES and not practice.phone),
        (_("the owner’s or company’s name"), not held.operator),
        (_("who represents the company"), is_company and not held.represented_by),
        (_("the register and the number in it"), is_company and not (held.register and held.register_number)),
        (_("the professional body"), is_supervised and not held.chamber),
        (_("the rules of the profession"), is_gdpr and held.profession and not held.profession_rules),
        (_("the supervisory authority"), is_supervised and not held.trade_authority),
        (_("the data protection authority"), is_gdpr and not has_authority),
        (_("whether HIPAA binds the practice"), country == "US" and unsaid),
    )
    return [said for said, is_missing in missing if is_missing]
