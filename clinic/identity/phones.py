"""Telephone numbers: read as people write them, kept as E.164, shown as they are dialled where the practice is.

By Google's libphonenumber (`phonenumbers`). An extension follows as in RFC 3966: `+4930555010;ext=12`.
"""

import re
import unicodedata

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from phonenumbers import PhoneNumber, PhoneNumberFormat

from clinic.identity.letters import HYPHENS, without_invisible

LONGEST_PHONE = 32
# How an extension is written, in English and German; at most seven digits.
EXTENSION = re.compile(
    r"[\s,;]*(?:extension|extn|ext|apparat|app|durchwahl|dw|x|\#)[\s.:=]*([0-9]{1,7})$", re.IGNORECASE
)
PHONE_PATTERN = re.compile(r"\+?[0-9 ()/.\-]{3,40}")
KEPT_PHONE = re.compile(r"\+[0-9]{2,15}(;ext=[0-9]{1,7})?")


def read_phone(text: str, *, region: str) -> str:
    """A number as it is kept; empty for no text. `region` is the country (ISO 3166) for one without a country code.

    Accepted is what may be a number, even one that libphonenumber does not know as given out. Raises ValidationError.
    """
    written = " ".join(without_invisible(unicodedata.normalize("NFKC", text)).translate(HYPHENS).split())
    if not written:
        return ""
    found = EXTENSION.search(written)
    digits, extension = (written[: found.start()], found[1]) if found else (written, "")
    digits = "".join(str(unicodedata.decimal(each, each)) for each in digits)
    if not PHONE_PATTERN.fullmatch(digits.strip()):
        raise invalid_phone(region)
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException as error:
        raise invalid_phone(region) from error
    # One that is dialled only within its town is none with a country code in front.
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise invalid_phone(region)
    dialled = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{dialled};ext={extension}" if extension else dialled


def invalid_phone(region: str) -> ValidationError:
    """For what no telephone could dial, with an example from the country."""
    example = phonenumbers.example_number(region) or phonenumbers.example_number("GB")
    said = _("That does not look like a phone number. Write it with its area code, for example %(example)s.")
    written = phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL) if example else "+49 30 123456"
    return ValidationError(said % {"example": written}, code="invalid")


def parse_kept_phone(phone: str) -> PhoneNumber | None:
    """A kept number taken apart, or None where it is none."""
    if not KEPT_PHONE.fullmatch(phone):
        return None
    dialled, _ext, extension = phone.partition(";ext=")
    try:
        number = phonenumbers.parse(dialled, None)
    except phonenumbers.NumberParseException:
        return None
    number.extension = extension or None
    return number


def shown_phone(phone: str, *, region: str) -> str:
    """A kept number for people: in the national form where that reads back as the number, else in the international."""
    number = parse_kept_phone(phone)
    if number is None:
        return phone
    # Of a number that it does not know, libphonenumber leaves the zero out in the national form.
    is_near = number.country_code == phonenumbers.country_code_for_region(region)
    if is_near and phonenumbers.is_valid_number(number):
        national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        if phone_read_as(national, region) == phone:
            return national
    international = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    return international if phone_read_as(international, region) == phone else phone


def phone_read_as(text: str, region: str) -> str:
    """What a text is read as; empty where it is no number."""
    try:
        return read_phone(text, region=region)
    except ValidationError:
        return ""


def tel_uri(phone: str, *, region: str) -> str:
    """A number as a link that a telephone dials, by RFC 3966; empty for what is none."""
    read = phone if parse_kept_phone(phone) else phone_read_as(phone, region)
    return f"tel:{read}" if read else ""


def written_phone(text: str, *, region: str) -> str:
    """A number as its owner writes it for others, without what nobody sees. Raises ValidationError for what is none."""
    written = " ".join(without_invisible(unicodedata.normalize("NFKC", text)).translate(HYPHENS).split())
    read_phone(written, region=region)
    return written


def phone_digits(phone: str) -> str:
    """The digits of a kept number with its country code, without an extension: equal for two who share a telephone."""
    return re.sub(r"\D", "", phone.partition(";ext=")[0])
