"""Secrets of second factors that stand in clear are sealed under the key of this installation."""

from collections.abc import Callable
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from clinic.records.sealed import is_sealed, seal_text, unseal_text

PURPOSE = "second factor"


def rewrite(apps: Apps, change: Callable[[str], str]) -> None:
    """Put every secret and seed, and every code that came from elsewhere, through `change`."""
    for factor in apps.get_model("mfa", "Authenticator").objects.all():
        data: dict[str, Any] = factor.data
        for name in ("secret", "seed"):
            if name in data:
                data[name] = change(data[name])
        if data.get("migrated_codes"):
            data["migrated_codes"] = [change(code) for code in data["migrated_codes"]]
        factor.save(update_fields=["data"])


def seal_all(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Seal what is in clear."""
    rewrite(apps, lambda text: text if is_sealed(text) else seal_text(text, purpose=PURPOSE))


def open_all(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """In clear again, for a version that knows no seal."""
    rewrite(apps, lambda text: unseal_text(text, purpose=PURPOSE) if is_sealed(text) else text)


class Migration(migrations.Migration):
    dependencies = [("clinic", "0015_sign_in_log_only_grows"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunPython(seal_all, open_all)]
