"""What is known of a client's health, for many clients at once: safety answers, the newest health form, the plan."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from clients.care import Answers, Catalogue
from clients.care.answers import only_known
from clients.care.case import make_case
from clients.catalogue import current_catalogue
from clients.intake.retraction import without_retracted
from clients.models import CarePlan, CarePlanItem, Client, Consent, Intake, IntakeRetraction, Screening
from clients.plans.answers import combined_answers, counted_conditions, screenings_of
from clinic.models import Practice


@dataclass(frozen=True)
class ClientKnowledge:
    """What is known of one client, and the catalogue by which it is judged."""

    catalogue: Catalogue
    practice: Practice
    client: Client | None = None
    intake: Intake | None = None
    """The newest health form."""
    screenings: Sequence[Screening] = ()
    """The safety answers of a year, the newest first."""
    signs: frozenset[str] = frozenset()
    """The warning signs told there and not taken back since."""
    personal: bool = False
    """Whether they agreed to tips of their own by mail."""
    plan: CarePlan | None = None
    """Their newest plan."""
    released: Sequence[CarePlanItem] = ()
    """What of it is released to the client."""
    call: str = ""
    """The triage of an emergency or doctor-first answer that nobody has seen to yet; mostly empty."""

    @property
    def answers(self) -> Answers:
        """The answers as they count now, no technique chosen."""
        return self.answers_at(timezone.now())

    @property
    def allows_advice(self) -> bool:
        """Whether anything may be advised now: no doctor comes first, and no safety question is open."""
        found = make_case(self.catalogue.index, self.answers).triage
        return found.action.allows_massage and not found.provisional

    def answers_at(self, at: dt.datetime) -> Answers:
        """The answers as they count at a moment: what has passed by then is left out, and what the catalogue lost."""
        told = [*([self.intake] if self.intake else ()), *self.screenings]
        said = combined_answers(
            self.client,
            self.intake,
            self.screenings,
            signs=self.signs,
            conditions=counted_conditions(told, self.catalogue, at),
            at=at,
        )
        return only_known(self.catalogue.index, replace(said, region=self.practice.country))


def load_client_knowledge(client: Client) -> ClientKnowledge:
    """What is known of one client."""
    return load_knowledge([client])[client.pk]


def load_knowledge(clients: Iterable[Client]) -> dict[int, ClientKnowledge]:
    """What is known of many clients, by primary key, in at most six queries; one more where a sign was ticked."""
    people = {client.pk: client for client in clients}
    catalogue, practice = current_catalogue(), Practice.current()
    intakes, screenings = newest_intakes(people), screenings_of(people)
    signs = standing_signs(screenings)
    agreeing, plans = clients_agreeing_to_tips(people), newest_plans(people)
    released = released_items(plans.values())
    found = {}
    for key, client in people.items():
        intake, plan = intakes.get(key), plans.get(key)
        found[key] = ClientKnowledge(
            catalogue=catalogue,
            practice=practice,
            client=client,
            intake=intake,
            screenings=screenings.get(key, ()),
            signs=signs.get(key, frozenset()),
            personal=key in agreeing,
            plan=plan,
            released=released.get(plan.pk, ()) if plan else (),
            call=getattr(intake, "call", None) or "",
        )
    return found


def newest_intakes(clients: Collection[int]) -> dict[int, Intake]:
    """The newest health form of each client with its marks; `call` is the triage that waits to be seen to, if any."""
    # "emergency" sorts behind "doctor-before-massage", and comes first here.
    unseen = Intake.objects.filter(client=OuterRef("client")).needing_call().order_by("-triage")
    rows = Intake.objects.filter(client__in=clients).annotate(call=Subquery(unseen.values("triage")[:1]))
    newest = rows.order_by("client_id", "-given_at", "-pk").distinct("client_id").prefetch_related("marks")
    return {each.client_id: each for each in newest}


def standing_signs(screenings: Mapping[int, Sequence[Screening]]) -> dict[int, frozenset[str]]:
    """The warning signs of these safety answers that their clients did not take back since."""
    ticked = {key: given for key, given in screenings.items() if any(each.red_flags for each in given)}
    if not ticked:
        return {}
    taken = list(IntakeRetraction.objects.replaced().filter(intake__client__in=ticked))
    return {
        key: without_retracted(given, [back for back in taken if back.intake.client_id == key])
        for key, given in ticked.items()
    }


def clients_agreeing_to_tips(people: Mapping[int, Client]) -> set[int]:
    """Who agreed to personal tips by e-mail: in the newest consent, not withdrawn, and not switched off since."""
    wanted = [key for key, client in people.items() if client.personal_tips_wanted]
    if not wanted:
        return set()
    newest = Consent.objects.filter(client__in=wanted).order_by("client_id", "-given_at", "-pk").distinct("client_id")
    return {each.client_id for each in newest if each.personal_tips and each.withdrawn_at is None}


def newest_plans(clients: Collection[int]) -> dict[int, CarePlan]:
    """The newest plan of each client."""
    rows = CarePlan.objects.filter(client__in=clients)
    newest = rows.order_by("client_id", "-made_at", "-pk").distinct("client_id")
    return {each.client_id: each for each in newest}


def released_items(plans: Iterable[CarePlan]) -> dict[int, list[CarePlanItem]]:
    """What of these plans is released to their clients, by the plan's primary key."""
    found: dict[int, list[CarePlanItem]] = {}
    for item in CarePlanItem.objects.for_client().filter(plan__in=list(plans)).order_by("kind", "position"):
        found.setdefault(item.plan_id, []).append(item)
    return found
