"""What only grows is never emptied either."""

from django.db import migrations

from clinic.triggers import refuse_truncate


class Migration(migrations.Migration):
    dependencies = [("clients", "0008_one_person_one_file"), ("clinic", "0012_access_log_seals")]

    operations = [refuse_truncate("clients_intake", "clients_bodymark", "clients_screening")]
