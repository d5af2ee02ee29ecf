"""Services, people, hours, rooms and rules are the practice's configuration: each change gives it another version."""

from django.db import migrations

from clinic.triggers import versions_configuration


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0017_mail_kinds"),
        ("clients", "0014_techniques_are_configuration"),
    ]

    operations = [
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
        )
    ]
