"""The history of an appointment and the addenda of a signed note only ever grow."""

from django.db import migrations

from clinic.triggers import make_append_only


class Migration(migrations.Migration):
    dependencies = [("booking", "0001_initial"), ("clinic", "0002_ground")]

    operations = [make_append_only("booking_appointmentchange", "booking_sessionnoteaddendum")]
