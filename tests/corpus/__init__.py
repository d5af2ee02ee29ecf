"""People as they type themselves: names, addresses and numbers of many scripts and countries (people.json).

`names`: a person, typings that are the `same` person, `twins` that may be, `others` that are not, and what finds them.
`no_names`: first and last names that are none together. `addresses` and `phones`: what is typed, and the mailbox or
number that it is; null where it must be refused.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PEOPLE: dict[str, list[Any]] = json.loads((Path(__file__).parent / "people.json").read_text(encoding="ascii"))
Name = tuple[str, str]


@dataclass(frozen=True)
class Somebody:
    """One person of the corpus: first and last name, and what they are or are not mistaken for."""

    name: Name
    same: list[Name]
    twins: list[Name]
    others: list[Name]
    search: list[str]


NAMES = [
    Somebody(
        name=(each["first"], each["last"]),
        search=each["search"],
        **{key: [(first, last) for first, last in each[key]] for key in ("same", "twins", "others")},
    )
    for each in PEOPLE["names"]
]
NO_NAMES: list[Name] = [(first, last) for first, last in PEOPLE["no_names"]]
ADDRESSES: list[tuple[str, str | None]] = [(each["typed"], each["mailbox"]) for each in PEOPLE["addresses"]]
PHONES: list[tuple[str, str, str | None]] = [(each["typed"], each["region"], each["kept"]) for each in PEOPLE["phones"]]


def size() -> int:
    """How many typings there are."""
    names = sum(1 + len(each.same) + len(each.twins) + len(each.others) for each in NAMES)
    return names + len(NO_NAMES) + len(ADDRESSES) + len(PHONES)
