"""What erasing makes of the columns that hold something about a client, in the tables of all three apps, by label.

Erasing (clients/record/erasure.py, booking/records/erasure.py) reads EMPTIED. Which rows go, what stays and for what
reason is in tests/sweeps/client_columns.py: a column without its place there or here fails.
"""

from typing import Any

NO_NAME = ("Erased", "client")

# What a file loses as soon as it is closed, and what it loses with its record.
CLOSED_FILE: dict[str, Any] = {
    **dict.fromkeys(("email", "phone", "desk_note", "emergency_contact", "email_error"), ""),
    **dict.fromkeys(("reminders_wanted", "tips_wanted", "personal_tips_wanted"), False),
    **dict.fromkeys(("may_book_online", "mailbox_is_anothers"), False),
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
        **dict.fromkeys(("client_note", "reason", "network", "request_hash"), ""),
        **dict.fromkeys(("screening", "rescreened_with", "clearance_seen_on", "clearance_seen_by")),
        **dict.fromkeys(("idempotency_key", "booked_by")),
    },
    "booking.AppointmentChange": {"reason": ""},
    "booking.Payment": {"reference": "", "reason": ""},
    "booking.Receipt": {"client_name": "", "client_address": "", "reason": ""},
    "clinic.OutgoingMail": {
        **dict.fromkeys(("to_email", "to_name", "subject", "text", "html", "calendar", "reply"), ""),
        "headers": {},
    },
}
