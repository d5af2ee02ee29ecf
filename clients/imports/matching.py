"""Whose line it is: the people of a file held against the files that are here, and against the lines above.

By the identity module alone (I12): the strict name at one address is one person, as the constraint has it; what is
merely alike is asked, as everywhere else.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from clients.imports.people import ImportedPerson
from clients.models import Client, Verdict
from clients.record.duplicates import perhaps_one_person
from clients.record.models.client import names_of


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found out about a line: the verdict with its reason, the file it is of, or those it may be of."""

    verdict: Verdict
    reason: str = ""
    client: Client | None = None
    candidates: tuple[int, ...] = ()
    twin: int | None = None


class KnownFiles:
    """The files that the people of some lines may have, read in three queries however many lines there are."""

    def __init__(self, people: Sequence[ImportedPerson]) -> None:
        self.by_id: dict[object, Client] = {}
        self.by_name: defaultdict[str, list[Client]] = defaultdict(list)
        self.by_mailbox: dict[tuple[str, str], Client] = {}
        self.files = {person: person.unsaved_file() for person in people}
        ids = {person.client_id for person in people if person.client_id is not None}
        for each in Client.objects.filter(public_id__in=ids).select_related("merged_into") if ids else ():
            self.by_id[each.public_id] = each
        names = set().union(*(names_of(file) for file in self.files.values())) if people else set()
        mailboxes = {file.email_key for file in self.files.values()} - {""}
        found = Client.objects.open_files().filter(Q(loose_name_key__in=names) | Q(email_key__in=mailboxes))
        for each in found.order_by("pk"):
            self.add(each)

    def add(self, client: Client) -> None:
        """Know one more file: it was opened by a line just now."""
        self.by_name[client.loose_name_key].append(client)
        if client.email_key:
            self.by_mailbox.setdefault((client.email_key, client.name_key), client)

    def named(self, file: Client) -> list[Client]:
        """The files of this name, in either order."""
        found = {each.pk: each for name in names_of(file) for each in self.by_name.get(name, ())}
        return list(found.values())

    def certain(self, person: ImportedPerson) -> Finding | None:
        """The file that a line is of without any doubt, or a refusal; None where there is none."""
        file = self.files[person]
        if person.client_id is not None and (there := self.by_id.get(person.client_id)):
            current = there.current_file()
            if current.erased_at is not None:
                return Finding(
                    verdict=Verdict.REFUSED, reason=_("This client’s file was erased; it is not opened again.")
                )
            return Finding(verdict=Verdict.MATCHED, client=current, reason=_("by the id"))
        if file.email_key and (there := self.by_mailbox.get((file.email_key, file.name_key))):
            return Finding(verdict=Verdict.MATCHED, client=there, reason=_("by name and e-mail"))
        if person.client_id is not None:
            return None
        alike = [each for each in self.named(file) if is_certainly_same(file, each)]
        if len(alike) == 1:
            return Finding(verdict=Verdict.MATCHED, client=alike[0], reason=_("by the name and all that is known"))
        return None

    def judge(self, person: ImportedPerson) -> Finding:
        """What a line is, held against the files that are here."""
        if certain := self.certain(person):
            return certain
        file = self.files[person]
        perhaps = [each for each in self.named(file) if perhaps_one_person(file, each)]
        if perhaps:
            return Finding(
                verdict=Verdict.ASK,
                reason=_("Perhaps somebody who has a file here."),
                candidates=tuple(each.pk for each in perhaps[:5]),
            )
        return Finding(verdict=Verdict.NEW, reason=person.remark)


class LinesAbove:
    """The people of the lines above in the same file."""

    def __init__(self) -> None:
        self.by_name: defaultdict[str, list[tuple[int, Client]]] = defaultdict(list)
        self.ids: dict[object, int] = {}

    def judge(self, number: int, person: ImportedPerson, file: Client) -> Finding | None:
        """Whether a line above is of the same person, or perhaps; then this one is remembered too."""
        found = self.look(person, file)
        if person.client_id is not None:
            self.ids.setdefault(person.client_id, number)
        for name in names_of(file):
            self.by_name[name].append((number, file))
        return found

    def look(self, person: ImportedPerson, file: Client) -> Finding | None:
        """The line above that is of the same person, or perhaps."""
        if person.client_id is not None and person.client_id in self.ids:
            return twin_of(self.ids[person.client_id], Verdict.MATCHED)
        for number, above in self.by_name.get(file.loose_name_key, ()):
            if file.name_key == above.name_key and file.email_key and file.email_key == above.email_key:
                return twin_of(number, Verdict.MATCHED)
            if person.client_id is None and is_certainly_same(file, above):
                return twin_of(number, Verdict.MATCHED)
        if person.client_id is not None:
            return None
        for number, above in self.by_name.get(file.loose_name_key, ()):
            if perhaps_one_person(file, above):
                return twin_of(number, Verdict.ASK)
        return None


def twin_of(number: int, verdict: Verdict) -> Finding:
    """The finding that a line above is of the same person, or perhaps."""
    said = (
        _("The same person as in line %(number)d.")
        if verdict is Verdict.MATCHED
        else _("Perhaps as in line %(number)d.")
    )
    return Finding(verdict=verdict, twin=number, reason=said % {"number": number})


def is_certainly_same(one: Client, other: Client) -> bool:
    """Whether two of one strict name agree in all that tells people apart: the phone, or that there is nothing."""
    if one.name_key != other.name_key or (one.email_key and one.email_key != other.email_key):
        return False
    if one.phone_key:
        return one.phone_key == other.phone_key
    return not any((one.email_key, other.email_key, other.phone_key)) and one.born_on == other.born_on


def clients_by_key(keys: Iterable[int]) -> dict[int, Client]:
    """Open files by their primary keys; one that was merged leads to the file it is part of."""
    found = {}
    for each in Client.objects.filter(pk__in=set(keys)).select_related("merged_into"):
        current = each.current_file()
        if current.erased_at is None:
            found[each.pk] = current
    return found
