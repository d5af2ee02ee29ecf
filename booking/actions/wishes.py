"""What a person asks for, as plain values."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who books, as typed: a new client, or one whose file is found by name and address."""

    first_name: str
    last_name: str
    email: str
    phone: str = ""
    apart_from: tuple[int, ...] = ()
    """Keys of files that look like theirs, of which somebody at the desk says that they are of other people."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The answers to the safety question, as catalogue slugs."""

    conditions: frozenset[str] = field(default_factory=frozenset)
    red_flags: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, kw_only=True)
class Override:
    """The desk sets hours, notice, horizon, grid and limits aside; why is kept. An overlap can never be set aside."""

    reason: str
