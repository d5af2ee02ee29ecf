"""A search for any part of a name, address or number answers from an index: trigrams, by what every PostgreSQL has."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

from clients.record.models.client import Trigrams

FUNCTION = """
CREATE OR REPLACE FUNCTION warmstone_trigrams(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
    SELECT ARRAY(SELECT substr($1, place, 3) FROM generate_series(1, length($1) - 2) AS place)
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0010_proved_addresses"),
    ]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION IF EXISTS warmstone_trigrams(text)"),
        migrations.AddIndex(
            model_name="client",
            index=GinIndex(Trigrams("search_text"), name="client_search_trigrams", fastupdate=False),
        ),
    ]
