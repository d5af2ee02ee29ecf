"""What erasing makes of the columns that hold something about a client, in the tables of all three apps, by label.

Erasing (clients/record/erasure.py, booking/records/erasure.py) reads EMPTIED. Which rows go, what stays and for what
reason is in tests/sweeps/client_columns.py: a column without its place there or here fails.
"""

from typing import Any

NO_NAME = ("Erased", "client")

# What a file loses as soon as it is closed, and what it loses with its record.
CLOSED_FILE: dict[str, Any] = {
    "email": "",
    "phone": "",
    "desk_note": "",
    "emergency_contact": "",
    "email_error": "",
    "reminders_wanted": False,
    "tips_wanted": False,
    "personal_tips_wanted": False,
    "may_book_online": False,
    "mailbox_is_anothers": False,
}
NAMELESS_FILE: dict[str, Any] = {
    "first_name": NO_NAME[0],
    "last_name": NO_NAME[1],
    "born_on": None,
    "alert": "",
    "alert_for_desk": False,
    "physician": "",
}

# Their rows stay, and these columns become so.
EMPTIED: dict[str, dict[str, Any]] = {
    "clients.Client": {**CLOSED_FILE, **NAMELESS_FILE},
    "booking.Appointment": {
        "client_note": "",
        "reason": "",
        "network": "",
        "screening": None,
        "rescreened_with": None,
        "clearance_seen_on": None,
        "clearance_seen_by": None,
        "idempotency_key": None,
        "request_hash": "",
        "booked_by": None,
    },
    "booking.AppointmentChange": {"reason": ""},
    "booking.Payment": {"reference": "", "reason": ""},
    "booking.Receipt": {"client_name": "", "client_address": "", "reason": ""},
    "clinic.OutgoingMail": {
        "to_email": "",
        "to_name": "",
        "subject": "",
        "text": "",
        "html": "",
        "calendar": "",
        "headers": {},
        "reply": "",
    },
}
