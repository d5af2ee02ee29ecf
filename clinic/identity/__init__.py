"""Who somebody is: names, mailboxes and telephone numbers in one form each, for every form, mail, search and table.

Plain text in, plain text out; no database and no settings. What cannot be such a thing raises ValidationError, with a
sentence for the person who typed it. `fields` has the model fields and form fields that call it.
"""

from clinic.identity.mailboxes import at, can_be_mailed, counted_as, envelope_address, mailbox, same_form, shown_mailbox
from clinic.identity.names import loose_key, plain, sort_key, strict_key, tidy_name
from clinic.identity.phones import phone_digits, read_phone, shown_phone, tel_uri, written_phone
from clinic.identity.searching import search_text, sought

__all__ = [
    "at",
    "can_be_mailed",
    "counted_as",
    "envelope_address",
    "loose_key",
    "mailbox",
    "phone_digits",
    "plain",
    "read_phone",
    "same_form",
    "search_text",
    "shown_mailbox",
    "shown_phone",
    "sort_key",
    "sought",
    "strict_key",
    "tel_uri",
    "tidy_name",
    "written_phone",
]
