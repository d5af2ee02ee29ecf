"""What a client said stays as said: intakes, their marks, consents' words and safety answers only ever grow."""

from django.db import migrations

from clinic.triggers import only_grows


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial"), ("clinic", "0002_ground")]

    operations = [only_grows("clients_intake", "clients_bodymark", "clients_screening")]
