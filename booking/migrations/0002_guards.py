"""What PostgreSQL guards by itself, and what a fresh practice begins with: reminder rules, quick phrases."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from clinic.triggers import (
    make_append_only,
    make_versioned,
    protect_signed_rows,
    refuse_truncate,
    versions_configuration,
)

MONEY = ("booking_payment", "booking_priceadjustment", "booking_receipt", "booking_receiptpayment")
# Kind, counted from, minutes: what clients expect before anyone opens the admin.
RULES = (
    ("confirmation", "booking", 0),
    ("intake-missing", "start", 3 * 24 * 60),
    ("reminder-48h", "start", 48 * 60),
    ("reminder-24h", "start", 24 * 60),
    ("aftercare", "end", 2 * 60),
    ("next-day", "end", 12 * 60),
    ("pain-check", "end", 36 * 60),
    ("rebook", "end", 0),
)


def write_rules(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """One general rule of each kind that has none."""
    rules = apps.get_model("booking", "ReminderRule").objects
    for kind, anchor, minutes in RULES:
        rules.get_or_create(kind=kind, service=None, defaults={"anchor": anchor, "minutes": minutes})


# Part of the note and text: what massage therapists write most, for the practice to change in its own words.
PHRASES = (
    ("subjective", "Slept badly."),
    ("subjective", "Stiff in the morning, better with movement."),
    ("subjective", "Better for some days after the last session."),
    ("subjective", "Long hours at a desk."),
    ("subjective", "Tension from carrying and lifting."),
    ("objective", "Upper trapezius tight on both sides."),
    ("objective", "Levator scapulae tender on pressure."),
    ("objective", "Range of motion limited, without pain at the end."),
    ("objective", "Tight spot, referring up the neck."),
    ("objective", "Lower back guarded."),
    ("assessment", "Medium pressure, well tolerated."),
    ("assessment", "Light pressure throughout."),
    ("assessment", "Tissue softened, easier to move afterwards."),
    ("assessment", "No reaction during the session."),
    ("plan", "Heat in the evening."),
    ("plan", "Gentle movement every hour."),
    ("plan", "Same areas next time."),
    ("plan", "Again in two weeks."),
    ("plan", "See a doctor if it does not ease."),
    ("", "Nothing new since last time."),
)


def write_phrases(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The phrases of a fresh practice."""
    phrases = apps.get_model("booking", "QuickPhrase").objects
    for position, (part, text) in enumerate(PHRASES):
        phrases.create(part=part, text=text, position=position)


class Migration(migrations.Migration):
    dependencies = [("booking", "0001_initial"), ("clinic", "0002_guards"), ("clients", "0002_guards")]

    operations = [
        make_append_only("booking_appointmentchange", "booking_sessionnoteaddendum"),
        make_append_only(*MONEY),
        refuse_truncate(*MONEY),
        protect_signed_rows("booking_sessionnote"),
        refuse_truncate("booking_appointmentchange", "booking_sessionnote", "booking_sessionnoteaddendum"),
        make_versioned(
            "booking_addon",
            "booking_appointment",
            "booking_holiday",
            "booking_hoursoverride",
            "booking_messagetext",
            "booking_quickphrase",
            "booking_reminderrule",
            "booking_room",
            "booking_service",
            "booking_sessionnote",
            "booking_stonekit",
            "booking_therapist",
            "booking_timeoff",
            "booking_waitlistentry",
            "booking_workinghours",
        ),
        # Services, people, hours, rooms and rules are the practice's configuration: each change gives it another version.
        versions_configuration(
            "booking_addon",
            "booking_addon_services",
            "booking_holiday",
            "booking_hoursoverride",
            "booking_reminderrule",
            "booking_room",
            "booking_service",
            "booking_service_kits",
            "booking_service_rooms",
            "booking_stonekit",
            "booking_therapist",
            "booking_therapist_services",
            "booking_timeoff",
            "booking_workinghours",
        ),
        migrations.RunPython(write_rules, migrations.RunPython.noop),
        migrations.RunPython(write_phrases, migrations.RunPython.noop),
    ]
