"""What becomes of every column that holds something about a client: by erasing, and in the copy of their record.

The tables of all three apps stand here, by label; tests/sweeps/test_client_columns.py fails for a column without its
place. Erasing (clients/record/erasure.py, booking/records/erasure.py) reads EMPTIED.
"""

from typing import Any

NO_NAME = ("Erased", "client")

# Their rows go with the record.
DELETED = frozenset(
    {
        "booking.SessionNote",
        "booking.SessionNoteAddendum",
        "booking.SessionNoteDraft",
        "booking.WaitlistEntry",
        "booking.WaitlistOffer",
        "clients.BodyMark",
        "clients.CarePlan",
        "clients.CarePlanItem",
        "clients.ClientMerge",
        "clients.Consent",
        "clients.Intake",
        "clients.IntakeAcknowledgement",
        "clients.IntakeRequest",
        "clients.IntakeRetraction",
        "clients.PainScore",
        "clients.Screening",
        "clinic.ClientLink",
    }
)

# What a file loses as soon as it is closed, and what it loses with its record.
CLOSED_FILE: dict[str, Any] = {
    "email": "",
    "phone": "",
    "desk_note": "",
    "email_error": "",
    "reminders_wanted": False,
    "tips_wanted": False,
    "personal_tips_wanted": False,
    "may_book_online": False,
}
NAMELESS_FILE: dict[str, Any] = {"first_name": NO_NAME[0], "last_name": NO_NAME[1], "born_on": None}

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
    },
    "booking.AppointmentChange": {"why": ""},
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

# What stays: the reason, and the columns of each table.
KEPT: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "The books: that there was a session, when, with whom, of what kind and for how much.",
        {
            "booking.Appointment": "id public_id client service therapist room kit series position starts_at ends_at "
            "blocked_from blocked_until kit_blocked_until status revision moves minutes price currency via "
            "confirmed_by_client_at policy_text created_at changed_at changed_by row_version calendar_uid",
            "booking.AppointmentAddOn": "id appointment add_on name minutes price",
            "booking.Series": "id public_id client service therapist every_weeks times made_at made_by "
            "idempotency_key request_hash",
        },
    ),
    (
        "Who changed what in the books; the words of changes that tell of health go.",
        {"booking.AppointmentChange": "id appointment at by via what before after"},
    ),
    (
        "That a mail of this kind went out or did not, without its words and address.",
        {
            "booking.Reminder": "id appointment kind revision due_at not_after state skip_reason mail merged_into "
            "written_at settled_at",
            "clinic.OutgoingMail": "id public_id kind calendar_method message_id state created_at next_try_at "
            "not_after attempts lease lease_until phase maybe_duplicate address_refused sent_at settled_at "
            "acknowledged_at acknowledged_by dedupe_key resend_of",
        },
    ),
    (
        "A row without a person, to which the books refer; what is derived from name and address changes with them.",
        {
            "clients.Client": "id row_version public_id name_key loose_name_key email_key counting_key phone_key "
            "search_text sort_key erasure_requested_at erased_at anonymised_at merged_into created_at",
            "clients.Client_not_duplicates": "id from_client to_client",
        },
    ),
    (
        "Who looked at which record: the log must not be changed; it names a client by an id that leads nowhere.",
        {"clinic.AccessEvent": "id at user actor action noun client"},
    ),
    (
        "A sign-in is closed and made nameless with the last file at its mailbox; staff keep theirs.",
        {
            "clinic.User": "id row_version password last_login is_superuser email name is_staff is_active date_joined",
            "clinic.KeptPost": "id device user sealed made_at until",
        },
    ),
)

# Beside what clinic.records.record_export and booking.records.client_export leave out of each row.
NOT_COPIED: dict[str, str] = {
    "clinic.ClientLink": "Its hash is a key to what it opens.",
    "clinic.User": "The sign-in has the mailbox of the file, and a password.",
    "clinic.KeptPost": "A form of the team's own, sealed, for some hours.",
    "clients.Client_not_duplicates": "That two files are not one person's is the desk's finding about two people.",
}

# The practice's own: what it offers, who works when, what it writes and knows, and what runs it. Tables that only join
# two others belong to the one that names the other.
NOT_ABOUT_CLIENTS = frozenset(
    {
        "booking.AddOn",
        "booking.Holiday",
        "booking.HoursOverride",
        "booking.MessageText",
        "booking.ReminderRule",
        "booking.Room",
        "booking.Service",
        "booking.StoneKit",
        "booking.Therapist",
        "booking.TimeOff",
        "booking.WorkingHours",
        "clients.AftercareRule",
        "clients.AftercareTip",
        "clients.BodyArea",
        "clients.CatalogueInfo",
        "clients.Cause",
        "clients.Claim",
        "clients.EvidenceSource",
        "clients.Factor",
        "clients.HealthCondition",
        "clients.HomeCareRule",
        "clients.HomeCareTip",
        "clients.Oil",
        "clients.OilRule",
        "clients.Onset",
        "clients.RedFlag",
        "clients.Symptom",
        "clients.Technique",
        "clients.TechniqueRule",
        "clinic.AccessLogSeal",
        "clinic.ConfigurationVersion",
        "clinic.Device",
        "clinic.DeviceUser",
        "clinic.Heartbeat",
        "clinic.MailChannel",
        "clinic.MailCode",
        "clinic.Practice",
        "clinic.SecurityEvent",
        "clinic.Tally",
        "clinic.User_groups",
        "clinic.User_user_permissions",
    }
)
