"""Who somebody is: names, mailboxes and telephone numbers in one form each, for every form, mail, search and table.

Plain text in, plain text out; no database and no settings. What cannot be such a thing raises ValidationError, with a
sentence for the person who typed it. `fields` has the model fields and form fields that call it.
"""

from clinic.identity.mailboxes import (
    address_equals,
    canonical_mailbox,
    counting_key,
    envelope_address,
    likely_meant,
    mailed_form,
    shown_mailbox,
)
from clinic.identity.names import loose_key, searchable_words, sort_key, strict_key, tidy_name
from clinic.identity.phones import phone_digits, read_phone, shown_phone, tel_uri, written_phone
from clinic.identity.searching import search_terms, search_text
