"""The practice's configuration changes rarely and is needed everywhere: it is read once per version and process.

Every change of one of its tables, by whatever path, gives the configuration another token, in the change's own
transaction (`clinic.triggers.versions_configuration`). A token is random, so none comes twice: not in another database,
and not after a rollback. Changes take turns for the one row that holds it, so that a token says exactly what the tables
held. A value that was read under a token is therefore right whenever that token is read again, also inside a
transaction that has changed the configuration itself.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.utils.translation import gettext_lazy as _

T = TypeVar("T")
M = TypeVar("M", bound=models.Model)
MOST_READINGS = 3


class ConfigurationVersion(models.Model):
    """One row with a token, which PostgreSQL replaces with every change of the configuration."""

    ONLY = 1

    id = models.SmallAutoField(primary_key=True)
    token = models.UUIDField(_("token"), default=uuid.uuid4)

    class Meta:
        verbose_name = _("version of the configuration")
        verbose_name_plural = _("versions of the configuration")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="configuration_version_is_one_row")]

    def __str__(self) -> str:
        return str(self.token)


@dataclass
class AskedVersion:
    """The version that a request under way goes by, and whether it has written since it asked.

    `within_atomic`: the request began in a transaction, so what it rolls back is a savepoint, and that is a statement.
    """

    within_atomic: bool
    token: uuid.UUID | None = None
    wrote: bool = False

    def keep(self, token: uuid.UUID | None) -> None:
        """Go by a version from here on, unless it is of a transaction that may still be rolled back."""
        if self.wrote and connection.in_atomic_block and not self.within_atomic:
            return
        self.token, self.wrote = token, False


_asked: ContextVar[AskedVersion | None] = ContextVar("asked", default=None)


@cache
def version_query() -> models.QuerySet[ConfigurationVersion, uuid.UUID]:
    """The query for the token: asked by every page, often more than once, it is put together once. Evaluate a copy."""
    rows = ConfigurationVersion.objects.filter(pk=ConfigurationVersion.ONLY).order_by()
    return rows.values_list("token", flat=True)


def read_version() -> uuid.UUID | None:
    """The token that stands now, by one small query; None in a database that was emptied, of which nothing is kept."""
    return next(iter(version_query().all()), None)


@contextmanager
def one_version() -> Iterator[None]:
    """Ask for the version once in the block, and anew after each statement that writes: it may have changed it."""

    asked = AskedVersion(within_atomic=connection.in_atomic_block)

    def forget_after_writing(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        try:
            return execute(sql, *rest)
        finally:
            if not sql.lstrip("(").startswith("SELECT"):  # a union begins with a parenthesis
                asked.token, asked.wrote = None, True

    reset = _asked.set(asked)
    try:
        with connection.execute_wrapper(forget_after_writing):
            yield
    finally:
        _asked.reset(reset)


def ask_anew() -> None:
    """Have whoever is next ask for the version, within `one_version` as well: in a transaction, after its locks."""
    asked = _asked.get()
    if asked is not None:
        asked.token = None


class PerVersion(Generic[T]):
    """A value made of the configuration's tables, kept in this process while their version stands.

    All threads share the value, so it must not be changed. `read` asks the tables themselves, and no such value.
    """

    def __init__(self, read: Callable[[], T]) -> None:
        self.read = read
        self.held: tuple[uuid.UUID, T] | None = None

    def current(self) -> T:
        """The value of the version that stands; one small query, or none where `one_version` has asked before."""
        asked, held = _asked.get(), self.held
        version = asked.token if asked and asked.token else read_version()
        if held is None or held[0] != version:
            version, value = self.read_anew()
            held = self.held = None if version is None else (version, value)
        else:
            value = held[1]
        if asked is not None:
            asked.keep(version)
        return value

    def read_anew(self) -> tuple[uuid.UUID | None, T]:
        """The value and its version; None for the version where it changed while it was read, so that it is not kept.

        A change that commits between two of the queries would mix two versions: then all is read again, `MOST_READINGS`
        times at most, because whoever edits without a pause must not keep everybody else waiting.
        """
        version = read_version()
        for _reading in range(MOST_READINGS):
            value, before = self.read(), version
            version = read_version()
            if version == before:
                return version, value
        return None, value


class StoredRow(Generic[M]):
    """A row as it was read, of which every `instance` is a new one: what one request does to it no other sees."""

    def __init__(self, instance: M) -> None:
        self.model = type(instance)
        self.names = [field.attname for field in self.model._meta.concrete_fields]
        self.values = tuple(getattr(instance, name) for name in self.names)

    def instance(self) -> M:
        """The row as an instance of its model, as a query would give it."""
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, self.values)
