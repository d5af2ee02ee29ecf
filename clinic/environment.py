"""What the environment says, or the file that NAME_FILE names; what cannot be read is one line for whoever set it."""

import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

POSTGRESQL = "postgresql://user:password@host:5432/name"


class FilesAndVariables(FileAwareMapping):  # type: ignore[misc] # it has no types
    """The environment, where the value of NAME may stand in the file that NAME_FILE names, on a line of its own."""

    def __getitem__(self, key: str) -> str:
        try:
            value: str = super().__getitem__(key)
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", "") or "it is no text"
            raise ImproperlyConfigured(f"{key}_FILE names {self.env[key + '_FILE']}: {why}.") from error
        return value.removesuffix("\n").removesuffix("\r") if self.env.get(f"{key}_FILE") else value


class Environment(environ.Env):  # type: ignore[misc] # it has no types
    """How clinic.settings reads the environment."""

    ENVIRON = FilesAndVariables()

    def database(self, name: str, default: dict[str, Any]) -> dict[str, Any]:
        """The database that an address names, else the default. Raises ImproperlyConfigured, which leaves out the
        address: it holds a password."""
        url = self.str(name, default="")
        found = self.server(name, url) if url else default
        # Planned once per connection, and no page waits long for a server that does not answer.
        usual = {"server_side_binding": True, "prepare_threshold": 5, "connect_timeout": 5}
        options = {**usual, **found.get("OPTIONS", {})}
        if str(options["prepare_threshold"]).lower() == "none":  # ?prepare_threshold=none: for an old pooler
            options["prepare_threshold"] = None
        return {**found, "OPTIONS": options}

    def server(self, name: str, url: str) -> dict[str, Any]:
        """The database of such an address as Django takes it. Raises ImproperlyConfigured."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found: dict[str, Any] = self.db_url_config(url)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} cannot be read; it should look like {POSTGRESQL}.") from error
        if not found.get("ENGINE") or not found.get("NAME"):
            raise ImproperlyConfigured(f"{name} names no database; it should look like {POSTGRESQL}.")
        return found

    def secret(self, name: str, default: str) -> str:
        """A secret that must not be empty. Raises ImproperlyConfigured."""
        found: str = self.str(name, default=default)
        if not found.strip():
            raise ImproperlyConfigured(f"{name} is empty. Set it to a long random text; docs/configuration.md.")
        return found

    def site(self, name: str, default: str) -> str:
        """The address of the site, without a slash at its end. Raises ImproperlyConfigured where it is none at all."""
        found: str = self.str(name, default=default).rstrip("/")
        try:
            urlsplit(found)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} is {found!r}, which is no address of a site.") from error
        return found

    def folder(self, name: str, default: Path) -> Path:
        """A folder, whether it is there or not. Raises ImproperlyConfigured."""
        try:
            return Path(self.str(name, default=str(default))).expanduser().resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise ImproperlyConfigured(f"{name} is no folder that can be used: {error}.") from error
