"""The whole database as a value, to say that nothing changed."""

from django.apps import apps
from django.db import connection

# The access log is what reading may write; sessions and the cache hold no fact about anybody.
MAY_GROW = {"clinic_accessevent", "django_session", "clinic_cache", "clinic_tally"}


def snapshot() -> dict[str, str]:
    """A hash of every row of every table, by table."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - MAY_GROW
    with connection.cursor() as cursor:
        found = {}
        for table in sorted(tables):
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{table}\" t"
            )
            found[table] = str(cursor.fetchone()[0])
    return found
