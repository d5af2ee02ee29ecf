"""What becomes of every column that holds something about a client and that erasing does not empty: the declaration
against which the schema is held. What it empties is in clients/record/client_columns.py.
"""

# Their rows go with the record.
DELETED = frozenset(
    {
        "booking.SessionNote",
        "booking.SessionNoteAddendum",
        "booking.SessionNoteDraft",
        "booking.WaitlistEntry",
        "booking.WaitlistOffer",
        "clients.Attachment",
        "clients.BodyMark",
        "clients.CarePlan",
        "clients.CarePlanItem",
        "clients.ClientMerge",
        "clients.Consent",
        "clients.ImportLine",
        "clients.Intake",
        "clients.IntakeAcknowledgement",
        "clients.IntakeRequest",
        "clients.IntakeRetraction",
        "clients.PainScore",
        "clients.Screening",
        "clients.TipAnswer",
        "clinic.ClientLink",
        "clinic.Handover",
    }
)

# What stays: the reason, and the columns of each table.
KEPT: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "The books: that there was a session, when, with whom, of what kind and for how much.",
        {
            "booking.Appointment": "id public_id client service therapist room kit series position starts_at ends_at "
            "blocked_from blocked_until kit_blocked_until status revision moves minutes price currency via "
            "confirmed_by_client_at cancelled_by_client arrived_at policy_text created_at changed_at changed_by "
            "row_version calendar_uid",
            "booking.AppointmentAddOn": "id appointment add_on name minutes price",
            "booking.Payment": "id public_id appointment amount currency method refund_of entered_wrongly received_at "
            "received_by idempotency_key",
            "booking.PriceAdjustment": "id public_id appointment amount currency reason made_at made_by "
            "idempotency_key",
            "booking.Receipt": "id public_id number appointment cancels amount currency content issued_at issued_by",
            "booking.ReceiptPayment": "id receipt payment",
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
        "That programs were told of a change, for a month: ids and times of the books, and of nobody's health.",
        {
            "booking.WebhookDelivery": "id endpoint event_id event appointment body state created_at next_try_at "
            "attempts lease lease_until status reply settled_at resend_of",
        },
    ),
    (
        "A row without a person, to which the books refer; what is derived from name and address changes with them.",
        {
            "clients.Client": "id row_version public_id name_key loose_name_key email_key counting_key phone_key "
            "search_text sort_key copy_requested_at erasure_requested_at erased_at anonymised_at merged_into "
            "created_at",
            "clients.Client_not_duplicates": "id from_client to_client",
        },
    ),
    (
        "That a file was brought, when and by whom; its words are sealed, and go after ninety days.",
        {
            "clients.ImportRun": "id public_id sealed kind state file_name sha256 vendor encoding mapping total worked "
            "by made_at taken_at undone_at lease_until",
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
    "booking.WebhookDelivery": "What a program was told of an appointment that is in their copy, for a month.",
    "clients.ImportRun": "A whole file of many people; the line that is theirs names it.",
    "clinic.ClientLink": "Its hash is a key to what it opens.",
    "clinic.User": "The sign-in has the mailbox of the file, and a password.",
    "clinic.Handover": "Which form was given to them here, for an hour; the form itself is in their copy.",
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
        "booking.PrivateBusy",
        "booking.PrivateCalendar",
        "booking.QuickPhrase",
        "booking.ReminderRule",
        "booking.ReceiptCounter",
        "booking.Room",
        "booking.Service",
        "booking.StoneKit",
        "booking.Therapist",
        "booking.TimeOff",
        "booking.WebhookEndpoint",
        "booking.WorkingHours",
        "clients.CatalogueEdit",
        "clients.CatalogueSignature",
        "clinic.AccessLogSeal",
        "clinic.ApiKey",
        "clinic.ConfigurationVersion",
        "clinic.Device",
        "clinic.DeviceUser",
        "clinic.Heartbeat",
        "clinic.Invitation",
        "clinic.LegalDetails",
        "clinic.LegalText",
        "clinic.DeliveryStatus",
        "clinic.MailCode",
        "clinic.Picture",
        "clinic.PictureFile",
        "clinic.Pin",
        "clinic.Practice",
        "clinic.SecurityEvent",
        "clinic.Tally",
        "clinic.User_groups",
        "clinic.User_user_permissions",
    }
)
