"""Tables that only ever grow: PostgreSQL refuses to change or delete a row, whatever path tries."""

from django.db import migrations

# One switch for the two who may: erasing a person and restoring a backup set it for their own transaction.
SWITCH = "warmstone.erasing"

CREATE_FUNCTION = f"""
CREATE FUNCTION warmstone_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('{SWITCH}', true) = 'on' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""
DROP_FUNCTION = "DROP FUNCTION warmstone_only_grows()"


def only_grows(*tables: str) -> migrations.RunSQL:
    """The migration step that makes tables append-only; its reverse lets go of them. Needs the function."""
    return migrations.RunSQL(
        [
            f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION warmstone_only_grows()"
            for table in tables
        ],
        [f"DROP TRIGGER only_grows ON {table}" for table in tables],
    )
