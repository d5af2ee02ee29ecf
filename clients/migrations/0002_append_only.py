"""What a client said stays as said: intakes, their marks, consents' words and safety answers only ever grow."""

from django.db import migrations

from clinic.triggers import make_append_only


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial"), ("clinic", "0002_ground")]

    operations = [make_append_only("clients_intake", "clients_bodymark", "clients_screening")]
