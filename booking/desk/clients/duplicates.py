"""Two files that are perhaps of one person: what each says, the decision that they are two people, and such pairs in
the whole practice, each with the reasons."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import appointments_for, client_for, clients_for, log_list_access, team_only
from booking.appointments.same_person import confirm_settled
from booking.desk.clients.merge import MergeForm, appointment_to_return_to, with_confirmed
from booking.models import Appointment
from clients.catalogue import current_catalogue
from clients.models import Client, ClientQuerySet, Intake
from clients.record.access_log import note_access
from clients.record.duplicates import perhaps_renamed, reaches_of
from clients.record.merge import mark_not_duplicates
from clients.record.models.client import names_of
from clinic.accounts.rights import may_read_health
from clinic.identity import loose_key
from clinic.models import AccessEvent, User
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only

MOST_DUPLICATES_SHOWN = 5
MOST_PROPOSALS = 50
# Names that more files than this have in common say nothing; the file of each still asks.
MOST_OF_ONE_NAME = 20


@dataclass(frozen=True)
class DuplicateSide:
    """One of two files, as far as it tells people apart: the person, the newest answers for who may read them, and the
    newest appointment."""

    client: Client
    intake: Intake | None
    health: str
    """What the newest answers are, in words; empty for whoever does not read them."""
    newest: Appointment | None
    joins_at_once: bool = False
    """Whether nothing but the name needs choosing between, and both are reached at one mailbox: who joins them lets
    nobody read what they did not read before."""


def likely_duplicates(user: User, client: Client) -> tuple[DuplicateSide | None, list[DuplicateSide]]:
    """A file and its likely duplicates side by side, at most five; nothing where there are none. Looking is noted."""
    others = list(clients_for(user).likely_duplicates_of(client)[:MOST_DUPLICATES_SHOWN])
    for each in others:
        note_access(each, noun="client", action=AccessEvent.Action.VIEW, user=user)
    if not others:
        return None, []
    sides = [replace(duplicate_side(user, each), joins_at_once=can_join_at_once(user, client, each)) for each in others]
    return duplicate_side(user, client), sides


def can_join_at_once(user: User, client: Client, other: Client) -> bool:
    """Whether two files need no look side by side before they are joined under the name of the first."""
    asked = MergeForm(kept=client, former=other, may_read=may_read_health(user)).fields.keys()
    return asked <= {"name"} and bool(client.email_key) and client.email_key == other.email_key


def duplicate_side(user: User, client: Client) -> DuplicateSide:
    """One client's side of the comparison."""
    newest = appointments_for(user).filter(client=client).select_related("service").order_by("-starts_at").first()
    if not may_read_health(user):
        return DuplicateSide(client, None, "", newest)
    intake, names = Intake.objects.latest_of(client), current_catalogue().index.conditions
    if intake is None:
        return DuplicateSide(client, None, _("None yet"), newest)
    conditions = [names[slug].name if slug in names else slug for slug in intake.conditions]
    return DuplicateSide(client, intake, ", ".join(conditions) or _("Nothing to mind"), newest)


@team_only
@post_only("booking:desk-client", "public_id")
def mark_not_duplicate(request: StaffRequest, public_id: uuid.UUID, other: uuid.UUID) -> HttpResponse:
    """Note that two files are of two people. Nobody is asked again."""
    client, somebody_else = client_for(request.user, public_id), client_for(request.user, other)
    mark_not_duplicates(client, [somebody_else], by=request.user)
    confirmed = [
        each
        for both in (client, somebody_else)
        for each in confirm_settled(both, by=request.user, practice=request.practice)
    ]
    messages.success(request, with_confirmed(_("Noted: these are two people."), confirmed))
    if request.POST.get("from") == "list":
        return redirect("booking:desk-clients-doubles")
    if appointment := appointment_to_return_to(request):
        return redirect("booking:desk-appointment", public_id=appointment.public_id)
    return redirect("booking:desk-client", public_id=public_id)


@dataclass(frozen=True)
class LikelyPair:
    """Two files that may be of one person, the one kept first, and why."""

    kept: Client
    other: Client
    reasons: tuple[str, ...]

    @property
    def people(self) -> tuple[Client, Client]:
        """Both files."""
        return self.kept, self.other


def likely_pairs(user: User) -> list[LikelyPair]:
    """Pairs of open files by the rules of `ClientQuerySet.likely_duplicates_of`, until somebody said that they are two
    people. In four queries, however many files there are."""
    files = clients_for(user)
    groups = [*alike_names(files), *reached_alike(files)]
    apart = known_apart(each for group in groups for each in group)
    pairs = {frozenset(map(key, pair)): pair for group in groups for pair in combinations(group, 2)}
    found = [sorted(pair, key=key) for keys, pair in pairs.items() if keys not in apart]
    return [LikelyPair(kept, other, reasons) for kept, other in found if (reasons := reasons_for(kept, other))]


def alike_names(files: ClientQuerySet) -> list[list[Client]]:
    """Files of one name but for accents, spaces and hyphens, by name."""
    several = (
        files.values("loose_name_key").annotate(files=Count("pk")).filter(files__gt=1, files__lte=MOST_OF_ONE_NAME)
    )
    names = several.order_by("loose_name_key").values("loose_name_key")
    found: defaultdict[str, list[Client]] = defaultdict(list)
    for each in files.filter(loose_name_key__in=names).order_by("sort_key", "pk"):
        found[each.loose_name_key].append(each)
    return list(found.values())


def reached_alike(files: ClientQuerySet) -> list[list[Client]]:
    """Pairs at one address or phone, where the first name of one file is the last of the other, or only the last names
    differ."""
    shared = Q()
    for column in ("email_key", "phone_key"):
        several = files.exclude(**{column: ""}).values(column).annotate(files=Count("pk")).filter(files__gt=1)
        shared |= Q(**{f"{column}__in": several.order_by(column).values(column)})
    found: defaultdict[str, list[Client]] = defaultdict(list)
    for each in files.filter(shared).order_by("sort_key", "pk"):
        for reach in reaches_of(each):
            found[reach].append(each)
    return [
        [each, other]
        for people in found.values()
        for each, other in combinations(people[:MOST_OF_ONE_NAME], 2)
        if loose_key(each.last_name, each.first_name) == other.loose_name_key or perhaps_renamed(each, other)
    ]


def key(client: Client) -> int:
    """The primary key of a file."""
    return client.pk


def known_apart(files: Iterable[Client]) -> set[frozenset[int]]:
    """The pairs of these files of which somebody said that they are two people."""
    rows = Client.not_duplicates.through._default_manager.filter(from_client__in=[each.pk for each in files])
    return {frozenset(pair) for pair in rows.values_list("from_client_id", "to_client_id")}


def reasons_for(one: Client, other: Client) -> tuple[str, ...]:
    """Why two files of one name may be of one person; none where address or phone tell them apart."""
    same = (
        (_("the same e-mail"), one.email_key and one.email_key == other.email_key),
        (_("the same phone"), one.phone_key and one.phone_key == other.phone_key),
        (_("the same date of birth"), one.born_on and one.born_on == other.born_on),
        (
            _("one of them has neither e-mail nor phone"),
            not all(each.email_key or each.phone_key for each in (one, other)),
        ),
    )
    reasons = tuple(reason for reason, holds in same if holds)
    is_renamed = other.loose_name_key not in names_of(one)
    name = _("the same first name and another last name") if is_renamed else _("names that read alike")
    return (name, *reasons) if reasons else ()


@team_only
@require_safe
def proposals_page(request: StaffRequest) -> HttpResponse:
    """The list, with a decision beside each pair."""
    pairs = likely_pairs(request.user)
    log_list_access(request.user, "clients")
    context = {
        "proposals": pairs[:MOST_PROPOSALS],
        "more": len(pairs) > MOST_PROPOSALS,
    }
    return render(request, "booking/desk/doubles.html", context)
