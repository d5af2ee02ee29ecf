"""Which of many files are perhaps not the only one of their person: ClientQuerySet.likely_duplicates_of, for all at
once."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from clients.models import Client
from clients.record.models.client import names_of


def with_likely_duplicates(clients: Iterable[Client]) -> set[int]:
    """The primary keys of those that have a likely duplicate among the open files, in two queries."""
    asked = {each.pk: each for each in clients}
    links = Client.not_duplicates.through._default_manager.filter(from_client__in=asked)
    apart = set(links.values_list("from_client_id", "to_client_id"))
    names = {key: names_of(each) for key, each in asked.items()}
    reaches = {reach for each in asked.values() for reach in reaches_of(each)}
    known: defaultdict[str, list[Client]] = defaultdict(list)
    alike = Q(loose_name_key__in=set().union(*names.values())) | Q(email_key__in=reaches) | Q(phone_key__in=reaches)
    for each in Client.objects.open_files().filter(alike):
        for word in {each.loose_name_key, *reaches_of(each)}:
            known[word].append(each)
    return {
        key
        for key, each in asked.items()
        for word in {*names[key], *reaches_of(each)}
        for other in known[word]
        if other.pk != key and (key, other.pk) not in apart
        if (other.loose_name_key in names[key] and perhaps_one_person(each, other)) or perhaps_renamed(each, other)
    }


def reaches_of(client: Client) -> set[str]:
    """By what a client is reached, to compare."""
    return {client.email_key, client.phone_key} - {""}


def perhaps_renamed(client: Client, other: Client) -> bool:
    """Whether two files are reached alike and have one first name, whatever the last."""
    return (
        bool(client.first_name)
        and client.first_name.casefold() == other.first_name.casefold()
        and bool(reaches_of(client) & reaches_of(other))
    )


def perhaps_one_person(client: Client, other: Client) -> bool:
    """Whether two files of one name have something in common, or one of them has nothing to tell them apart by."""
    if not all(each.email_key or each.phone_key for each in (client, other)):
        return True
    pairs = [(getattr(client, name), getattr(other, name)) for name in ("email_key", "phone_key", "born_on")]
    return any(mine and mine == theirs for mine, theirs in pairs)
