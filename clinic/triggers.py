"""Tables that only ever grow: PostgreSQL refuses to change or delete a row, whatever path tries."""

from django.db import migrations

# One switch for the two who may: erasing a person and restoring a backup set it for their own transaction.
APPEND_ONLY_SWITCH = "warmstone.erasing"
# What the triggers call, by the end of its name.
GUARDS = {
    "only_grows": f"""
    IF current_setting('{APPEND_ONLY_SWITCH}', true) = 'on' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
""",
    "raise_version": """
    NEW.row_version := OLD.row_version;
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.row_version := OLD.row_version + 1;
    END IF;
    RETURN NEW;
""",
    "signed_stays": f"""
    IF OLD.signed_at IS NOT NULL AND coalesce(current_setting('{APPEND_ONLY_SWITCH}', true), '') <> 'on' THEN
        RAISE EXCEPTION '% is signed: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
""",
    # An insert where there is no row: the table may have been emptied together with the configuration's.
    "version_configuration": """
    INSERT INTO clinic_configurationversion (id, token) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET token = excluded.token;
    RETURN NULL;
""",
    # Once there was an owner the set-up by browser is over, whichever path made them and whatever becomes of them.
    "ends_set_up": """
    IF NEW.is_superuser THEN
        UPDATE clinic_practice SET set_up_at = now() WHERE set_up_at IS NULL;
    END IF;
    RETURN NULL;
""",
    "set_up_stays": """
    NEW.set_up_at := coalesce(OLD.set_up_at, NEW.set_up_at);
    RETURN NEW;
""",
}
VERSIONS_CONFIGURATION = "versions_configuration"


def make_guard(name: str) -> migrations.RunSQL:
    """The migration step that makes one of the functions above."""
    made = f"CREATE FUNCTION warmstone_{name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN{GUARDS[name]}END $$"
    return migrations.RunSQL(made, f"DROP FUNCTION warmstone_{name}()")


def trigger_step(name: str, event: str, guard: str, tables: tuple[str, ...], *, each: str = "ROW") -> migrations.RunSQL:
    """The migration step that has a guard called at an event of tables, for each ROW or STATEMENT."""
    made = f"CREATE TRIGGER {name} {event} ON {{}} FOR EACH {each} EXECUTE FUNCTION warmstone_{guard}()"
    return migrations.RunSQL(
        [made.format(table) for table in tables], [f"DROP TRIGGER {name} ON {table}" for table in tables]
    )


def make_append_only(*tables: str) -> migrations.RunSQL:
    """The migration step that makes tables append-only; its reverse lets go of them."""
    return trigger_step("only_grows", "BEFORE UPDATE OR DELETE", "only_grows", tables)


def make_versioned(*tables: str) -> migrations.RunSQL:
    """The migration step that lets every change of a row raise its `row_version`."""
    return trigger_step("raise_version", "BEFORE UPDATE", "raise_version", tables)


# A TRUNCATE fires no trigger of rows: it is refused by one of its own. The switch lets a restore empty what it fills.
def refuse_truncate(*tables: str) -> migrations.RunSQL:
    """The migration step that refuses TRUNCATE on tables; its reverse lets go of them."""
    return trigger_step("never_emptied", "BEFORE TRUNCATE", "only_grows", tables, each="STATEMENT")


def protect_signed_rows(*tables: str) -> migrations.RunSQL:
    """The migration step that lets no row with a `signed_at` change or go."""
    return trigger_step("signed_stays", "BEFORE UPDATE OR DELETE", "signed_stays", tables)


def versions_configuration(*tables: str, columns: str = "") -> migrations.RunSQL:
    """Let changes of tables, or updates of `columns` alone, give the configuration another version."""
    event = f"AFTER UPDATE OF {columns}" if columns else "AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE"
    return trigger_step(VERSIONS_CONFIGURATION, event, "version_configuration", tables, each="STATEMENT")


def ends_set_up() -> list[migrations.RunSQL]:
    """The migration steps by which the first owner ends the set-up, and by which it stays ended."""
    # PostgreSQL calls triggers by name: what a stale instance writes is mended before the row's version is raised.
    return [
        make_guard("ends_set_up"),
        make_guard("set_up_stays"),
        trigger_step("ends_set_up", "AFTER INSERT OR UPDATE OF is_superuser", "ends_set_up", ("clinic_user",)),
        trigger_step("keeps_set_up", "BEFORE UPDATE", "set_up_stays", ("clinic_practice",)),
    ]
