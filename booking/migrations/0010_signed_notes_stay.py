"""A signed note stays as it was signed, and what only grows is never emptied."""

from django.db import migrations

from clinic.triggers import never_emptied, signed_stays


class Migration(migrations.Migration):
    dependencies = [("booking", "0009_signed_because"), ("clinic", "0012_access_log_seals")]

    operations = [
        signed_stays("booking_sessionnote"),
        never_emptied("booking_appointmentchange", "booking_sessionnote", "booking_sessionnoteaddendum"),
    ]
