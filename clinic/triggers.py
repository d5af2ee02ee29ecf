"""Tables that only ever grow: PostgreSQL refuses to change or delete a row, whatever path tries."""

from django.db import migrations

# One switch for the two who may: erasing a person and restoring a backup set it for their own transaction.
APPEND_ONLY_SWITCH = "warmstone.erasing"

CREATE_FUNCTION = f"""
CREATE FUNCTION warmstone_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('{APPEND_ONLY_SWITCH}', true) = 'on' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""
DROP_FUNCTION = "DROP FUNCTION warmstone_only_grows()"


def make_append_only(*tables: str) -> migrations.RunSQL:
    """The migration step that makes tables append-only; its reverse lets go of them. Needs the function."""
    return migrations.RunSQL(
        [
            f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION warmstone_only_grows()"
            for table in tables
        ],
        [f"DROP TRIGGER only_grows ON {table}" for table in tables],
    )


CREATE_VERSION_FUNCTION = """
CREATE FUNCTION warmstone_raise_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.row_version := OLD.row_version;
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.row_version := OLD.row_version + 1;
    END IF;
    RETURN NEW;
END $$
"""
DROP_VERSION_FUNCTION = "DROP FUNCTION warmstone_raise_version()"


def make_versioned(*tables: str) -> migrations.RunSQL:
    """The migration step that lets every change of a row raise its `row_version`. Needs the function."""
    return migrations.RunSQL(
        [
            f"CREATE TRIGGER raise_version BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION warmstone_raise_version()"
            for table in tables
        ],
        [f"DROP TRIGGER raise_version ON {table}" for table in tables],
    )


# A TRUNCATE fires no trigger of rows: it is refused by one of its own. The switch lets a restore empty what it fills.
def refuse_truncate(*tables: str) -> migrations.RunSQL:
    """The migration step that refuses TRUNCATE on tables; its reverse lets go of them. Needs `warmstone_only_grows`."""
    return migrations.RunSQL(
        [
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION warmstone_only_grows()"
            for table in tables
        ],
        [f"DROP TRIGGER never_emptied ON {table}" for table in tables],
    )


CREATE_SIGNED_FUNCTION = f"""
CREATE FUNCTION warmstone_signed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.signed_at IS NOT NULL AND coalesce(current_setting('{APPEND_ONLY_SWITCH}', true), '') <> 'on' THEN
        RAISE EXCEPTION '% is signed: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
DROP_SIGNED_FUNCTION = "DROP FUNCTION warmstone_signed_stays()"


def protect_signed_rows(*tables: str) -> migrations.RunSQL:
    """The migration step that lets no row with a `signed_at` change or go. Needs the function."""
    return migrations.RunSQL(
        [
            f"CREATE TRIGGER signed_stays BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION warmstone_signed_stays()"
            for table in tables
        ],
        [f"DROP TRIGGER signed_stays ON {table}" for table in tables],
    )


# An insert where there is no row: the table may have been emptied together with the configuration's.
CREATE_CONFIGURATION_FUNCTION = """
CREATE FUNCTION warmstone_version_configuration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO clinic_configurationversion (id, token) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET token = excluded.token;
    RETURN NULL;
END $$
"""
DROP_CONFIGURATION_FUNCTION = "DROP FUNCTION warmstone_version_configuration()"
VERSIONS_CONFIGURATION = "versions_configuration"


def versions_configuration(*tables: str, columns: str = "") -> migrations.RunSQL:
    """The migration step that lets every change of some tables give the configuration another version.

    With `columns`, such as "is_active", only their updates count. Needs the function.
    """
    events = f"UPDATE OF {columns}" if columns else "INSERT OR UPDATE OR DELETE OR TRUNCATE"
    return migrations.RunSQL(
        [
            f"CREATE TRIGGER {VERSIONS_CONFIGURATION} AFTER {events} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION warmstone_version_configuration()"
            for table in tables
        ],
        [f"DROP TRIGGER {VERSIONS_CONFIGURATION} ON {table}" for table in tables],
    )
