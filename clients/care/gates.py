"""Gates: when an item is offered, a question asked, an answer assumed. Compiled once, tried against facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from clients.care.entries import NO_SLUGS, Gate, GateLine, Slugs

# The dimensions of what is known of a client that a line of a gate can name.
DIMENSIONS = (
    "symptoms",
    "areas",
    "body",
    "onset",
    "causes",
    "cause_group",
    "conditions",
    "aggravating",
    "relieving",
    "flags",
    "goal",
    "technique",
    "level",
    "triage",
    "tips",
)
NUMBERS = ("age", "pain")


@dataclass(slots=True)
class Facts:
    """What is known of a client, by dimension; filled step by step, each gate sees what is known by then."""

    slugs: dict[str, Slugs]
    numbers: Mapping[str, int | None]
    complaint: bool
    first_visit: bool


@dataclass(frozen=True, slots=True, eq=False)
class CompiledLine:
    """One line: sets of which any must hold, sets of which none may, and the rarer parts."""

    line: GateLine
    any_of: tuple[tuple[str, Slugs], ...]
    none_of: tuple[tuple[str, Slugs], ...]
    all_symptoms: Slugs
    not_only_areas: Slugs
    least: tuple[tuple[str, int], ...]
    most: tuple[tuple[str, int], ...]

    def holds(self, facts: Facts) -> bool:
        """Whether every part of the line holds."""
        slugs = facts.slugs
        for dimension, wanted in self.any_of:
            if wanted.isdisjoint(slugs[dimension]):
                return False
        for dimension, unwanted in self.none_of:
            if not unwanted.isdisjoint(slugs[dimension]):
                return False
        line = self.line
        if line.complaint and not facts.complaint:
            return False
        if line.first_visit is not None and line.first_visit != facts.first_visit:
            return False
        if self.all_symptoms and not self.all_symptoms <= slugs["symptoms"]:
            return False
        if self.not_only_areas and slugs["areas"] and slugs["areas"] <= self.not_only_areas:
            return False
        return not (self.least or self.most) or self._numbers_fit(facts)

    def _numbers_fit(self, facts: Facts) -> bool:
        # A missing number fails both ends.
        for name, least in self.least:
            number = facts.numbers[name]
            if number is None or number < least:
                return False
        for name, most in self.most:
            number = facts.numbers[name]
            if number is None or number > most:
                return False
        return True


@dataclass(frozen=True, slots=True, eq=False)
class CompiledGate:
    """Lines of which any opens it. Where the entry names no gate, it is open; an empty gate never opens."""

    lines: tuple[CompiledLine, ...] = field(default=())
    always: bool = False

    def is_open(self, facts: Facts) -> bool:
        """Whether the gate opens for these facts."""
        if self.always:
            return True
        for line in self.lines:  # noqa: SIM110  a generator would cost as much as the lines
            if line.holds(facts):
                return True
        return False

    def open_lines(self, facts: Facts) -> Iterator[GateLine]:
        """The lines that hold, as the entry writes them."""
        return (line.line for line in self.lines if line.holds(facts))


def compile_gate(gate: Gate | None) -> CompiledGate:
    """A gate ready to be tried; None (no gate named) is always open."""
    if gate is None:
        return CompiledGate(always=True)
    return CompiledGate(tuple(compile_line(line) for line in gate))


def compile_line(line: GateLine) -> CompiledLine:
    """A line as sets."""
    found = line.model_fields_set
    any_of = [(name, frozenset(attrgetter(name)(line))) for name in DIMENSIONS if name in found]
    none_of = [(name, frozenset(attrgetter(f"not_{name}")(line))) for name in DIMENSIONS if f"not_{name}" in found]
    return CompiledLine(
        line=line,
        any_of=tuple(any_of),
        none_of=tuple(none_of),
        all_symptoms=frozenset(line.all_symptoms) or NO_SLUGS,
        not_only_areas=frozenset(line.not_only_areas) or NO_SLUGS,
        least=ends(line, "min"),
        most=ends(line, "max"),
    )


def ends(line: GateLine, end: str) -> tuple[tuple[str, int], ...]:
    """The numbers that a line bounds at one end ("min" or "max")."""
    found = [(name, attrgetter(f"{name}_{end}")(line)) for name in NUMBERS]
    return tuple((name, number) for name, number in found if number is not None)
