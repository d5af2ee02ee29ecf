"""A signed note stays as it was signed, and what only grows is never emptied."""

from django.db import migrations

from clinic.triggers import protect_signed_rows, refuse_truncate


class Migration(migrations.Migration):
    dependencies = [("booking", "0009_signed_because"), ("clinic", "0012_access_log_seals")]

    operations = [
        protect_signed_rows("booking_sessionnote"),
        refuse_truncate("booking_appointmentchange", "booking_sessionnote", "booking_sessionnoteaddendum"),
    ]
