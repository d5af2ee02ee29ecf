"""Tables that only ever grow: PostgreSQL refuses to change or delete a row, whatever path tries."""

from django.db import migrations

# One switch for the two who may: erasing a person and restoring a backup set it for their own transaction.
APPEND_ONLY_SWITCH = "warmstone.erasing"


def trigger_step(
    name: str, event: str, function: str, tables: tuple[str, ...], *, each: str = "ROW"
) -> migrations.RunSQL:
    """The migration step that has a function called at an event of tables, for each ROW or STATEMENT."""
    made = f"CREATE TRIGGER {name} {event} ON {{}} FOR EACH {each} EXECUTE FUNCTION {function}()"
    return migrations.RunSQL(
        [made.format(table) for table in tables], [f"DROP TRIGGER {name} ON {table}" for table in tables]
    )


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
    return trigger_step("only_grows", "BEFORE UPDATE OR DELETE", "warmstone_only_grows", tables)


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
    return trigger_step("raise_version", "BEFORE UPDATE", "warmstone_raise_version", tables)


# A TRUNCATE fires no trigger of rows: it is refused by one of its own. The switch lets a restore empty what it fills.
def refuse_truncate(*tables: str) -> migrations.RunSQL:
    """The migration step that refuses TRUNCATE on tables; its reverse lets go of them. Needs `warmstone_only_grows`."""
    return trigger_step("never_emptied", "BEFORE TRUNCATE", "warmstone_only_grows", tables, each="STATEMENT")


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
    return trigger_step("signed_stays", "BEFORE UPDATE OR DELETE", "warmstone_signed_stays", tables)


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
    """Let changes of tables, or updates of `columns` alone, give the configuration another version."""
    event = f"AFTER UPDATE OF {columns}" if columns else "AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE"
    return trigger_step(VERSIONS_CONFIGURATION, event, "warmstone_version_configuration", tables, each="STATEMENT")


# Once there was an owner the set-up by browser is over, whichever path made them and whatever becomes of them.
CREATE_ENDS_SET_UP_FUNCTION = """
CREATE FUNCTION warmstone_ends_set_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_superuser THEN
        UPDATE clinic_practice SET set_up_at = now() WHERE set_up_at IS NULL;
    END IF;
    RETURN NULL;
END $$
"""
DROP_ENDS_SET_UP_FUNCTION = "DROP FUNCTION warmstone_ends_set_up()"
CREATE_SET_UP_STAYS_FUNCTION = """
CREATE FUNCTION warmstone_set_up_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.set_up_at := coalesce(OLD.set_up_at, NEW.set_up_at);
    RETURN NEW;
END $$
"""
DROP_SET_UP_STAYS_FUNCTION = "DROP FUNCTION warmstone_set_up_stays()"


def ends_set_up() -> list[migrations.RunSQL]:
    """The migration steps by which the first owner ends the set-up, and by which it stays ended."""
    # PostgreSQL calls triggers by name: what a stale instance writes is mended before the row's version is raised.
    return [
        migrations.RunSQL(CREATE_ENDS_SET_UP_FUNCTION, DROP_ENDS_SET_UP_FUNCTION),
        migrations.RunSQL(CREATE_SET_UP_STAYS_FUNCTION, DROP_SET_UP_STAYS_FUNCTION),
        trigger_step(
            "ends_set_up", "AFTER INSERT OR UPDATE OF is_superuser", "warmstone_ends_set_up", ("clinic_user",)
        ),
        trigger_step("keeps_set_up", "BEFORE UPDATE", "warmstone_set_up_stays", ("clinic_practice",)),
    ]
