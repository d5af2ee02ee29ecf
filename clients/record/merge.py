"""Two files of one person become one: everything moves, the former file stays traceable, and all of it can be undone.

What refers to a client is found by the tables themselves, those of other apps included: a new one moves too.
booking/records/merge.py knows what stands in the way and judges coming appointments again.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, Field, Model, OuterRef, Q, UniqueConstraint
from django.utils import timezone

from clients.models import Client, ClientMerge
from clients.record.access_log import note_access
from clients.record.erasure import changing_records, end_sign_in, set_columns
from clinic.models import AccessEvent, ClientLink, User

# What a person chooses between where the two files differ.
CONTACT_COLUMNS = (
    *("first_name", "last_name", "email", "phone", "born_on", "desk_note", "emergency_contact", "physician"),
)
# Warnings of both files count: they are put together and never chosen between.
JOINED_COLUMN = "alert"
# A no of either file stays a no.
REQUIRE_BOTH = ("reminders_wanted", "tips_wanted", "personal_tips_wanted", "may_book_online")
# These say something about the mailbox, and go where it goes.
OF_MAILBOX = ("email_error", "mailbox_is_anothers")
# Who asked in either file waits for an answer.
ASKED = ("copy_requested_at", "erasure_requested_at")
REMEMBERED_COLUMNS = (*CONTACT_COLUMNS, JOINED_COLUMN, "alert_for_desk", *REQUIRE_BOTH, *OF_MAILBOX, *ASKED)
# What a former file no longer has: nobody may be reached or recognised by it.
CLEARED_COLUMNS = {
    **dict.fromkeys(("email", "phone", "desk_note", "alert", "emergency_contact", "physician", "email_error"), ""),
    **dict.fromkeys(ASKED),
    "mailbox_is_anothers": False,
    "alert_for_desk": False,
}
# How a mailed link names a client: for whom it was made, or what it opens.
LINKED_COLUMNS = ("client", "subject")
MERGE_CHANGE = AccessEvent.Action.CHANGE


def client_relations() -> list[tuple[type[Model], str]]:
    """Each kind of row that belongs to a client, and its column that says to whom."""
    links = [link for link in Client._meta.related_objects if link.related_model not in (Client, ClientMerge)]
    return [(link.related_model, link.field.name) for link in links]


def contact_of(client: Client) -> dict[str, Any]:
    """What a merge may change in a file."""
    return {name: getattr(client, name) for name in REMEMBERED_COLUMNS}


def join_files(kept: Client, former: Client, *, contact: Mapping[str, Any], by: User | None) -> ClientMerge:
    """Give everything of `former` to `kept`, whose contact becomes `contact` (the columns of CONTACT).

    Call it in a transaction, with both rows locked and nothing in the way. A name and address that a third file has is
    an IntegrityError.
    """
    merge = ClientMerge(kept=kept, former=former, by=by, kept_before=contact_of(kept), former_before=contact_of(former))
    alerting = [each for each in (kept, former) if each.alert]
    after = {
        **contact,
        **{name: getattr(kept, name) and getattr(former, name) for name in REQUIRE_BOTH},
        JOINED_COLUMN: " / ".join(dict.fromkeys(each.alert for each in alerting)),
        # The desk reads only what was meant for it in either file.
        "alert_for_desk": bool(alerting) and all(each.alert_for_desk for each in alerting),
        **{name: getattr(former if contact["email"] == former.email else kept, name) for name in OF_MAILBOX},
        **{name: getattr(kept, name) or getattr(former, name) for name in ASKED},
    }
    with changing_records():
        merge.moved = {
            f"{model._meta.label}.{name}": keys
            for model, name in client_relations()
            if (keys := reassign_rows(model, name, former, kept, leave=doubled_rows(model, name, former, kept)))
        }
    merge.moved_links = {
        name: reassign_rows(ClientLink, name, former.public_id, kept.public_id) for name in LINKED_COLUMNS
    }
    # Who is known to be somebody else stays so.
    kept.not_duplicates.add(*former.not_duplicates.exclude(pk=kept.pk))
    # First the former file, which lets go of the name and address that the kept one may take.
    set_columns(former, CLEARED_COLUMNS, merged_into=kept)
    set_columns(kept, after)
    merge.kept_after = contact_of(kept)
    merge.save()
    end_dropped_sign_ins(merge)
    for file in (kept, former):
        note_access(file, noun="merge of two files", action=MERGE_CHANGE, user=by)
    return merge


def doubled_rows(model: type[Model], name: str, former: Client, kept: Client) -> set[int]:
    """The rows of the former file that say what a row of the kept one says already, as constraints tell it, such as the
    same file sent twice. They stay where they are: nothing is lost by it, and two would be refused."""
    found: set[int] = set()
    for constraint in model._meta.constraints:
        if not isinstance(constraint, UniqueConstraint) or name not in constraint.fields:
            continue
        others = {each: OuterRef(each) for each in constraint.fields if each != name}
        rows = model._default_manager.filter(constraint.condition or Q())
        doubled = rows.filter(Exists(rows.filter(**others, **{name: kept})), **{name: former})
        found |= set(doubled.values_list("pk", flat=True))
    return found


def reassign_rows(
    model: type[Model],
    name: str,
    source: object,
    target: object,
    *,
    keys: Collection[int] | None = None,
    leave: Collection[int] = (),
) -> list[int]:
    """Let the rows that name one client (of these only those with `keys`, and none of `leave`) name another; return
    which they were."""
    rows = model._default_manager.filter(**{name: source}).exclude(pk__in=leave)
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    found = list(rows.values_list("pk", flat=True))
    model._default_manager.filter(pk__in=found).update(**{name: target})
    return found


def end_dropped_sign_ins(merge: ClientMerge) -> None:
    """End the sign-in of a mailbox at which no file is left."""
    for address in {merge.kept_before["email"], merge.former_before["email"]} - {merge.kept_after["email"], ""}:
        end_sign_in(str(address))


def undo_join(merge: ClientMerge, *, by: User | None) -> None:
    """Undo a merge: what moved goes back, and both files are reached as before.

    What came after the merge stays with the kept file, its contact included where somebody changed it since. Call it
    in a transaction, with both rows locked. A name and address that another file has by now is an IntegrityError.
    """
    kept, former = merge.kept, merge.former
    remembered = parsed_columns(merge.kept_after)
    untouched = {name: merge.kept_before[name] for name, value in remembered.items() if getattr(kept, name) == value}
    with changing_records():
        for model, name in client_relations():
            reassign_rows(model, name, kept, former, keys=merge.moved.get(f"{model._meta.label}.{name}", []))
    for name in LINKED_COLUMNS:
        reassign_rows(ClientLink, name, kept.public_id, former.public_id, keys=merge.moved_links[name])
    set_columns(kept, parsed_columns(untouched))
    before = CLEARED_COLUMNS.keys() & merge.former_before.keys()
    set_columns(former, parsed_columns({name: merge.former_before[name] for name in before}), merged_into=None)
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    for file in (kept, former):
        note_access(file, noun="merge of two files undone", action=MERGE_CHANGE, user=by)


def parsed_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them, as the columns of a client take them."""
    columns = {name: Client._meta.get_field(name) for name in values}
    return {
        name: column.to_python(values[name]) if isinstance(column, Field) else values[name]
        for name, column in columns.items()
    }


def mark_not_duplicates(client: Client, others: Iterable[Client], *, by: User) -> None:
    """Note for good that a client is none of these others, in both files. Doing it twice changes nothing more."""
    with transaction.atomic():
        for other in others:
            if other.pk == client.pk:
                continue
            client.not_duplicates.add(other)
            for each in (client, other):
                note_access(each, noun="client", action=AccessEvent.Action.CHANGE, user=by)
