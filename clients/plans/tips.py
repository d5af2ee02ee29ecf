"""Tips for before and after a session, for one kind of massage and one client, as a mail may carry them (I6).

What a mail tells anyone who reads over a shoulder is decided here: an item that only somebody's answers call for, or a
caution that answers to a condition, would repeat what the client told us. Without consent to personal tips such items
are left out. What a condition forbids is left out always.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from clients.care.answers import Answers
from clients.care.catalogue import HOT_STONE, Catalogue
from clients.care.items import AftercareTip
from clients.care.levels import Triage, closed_conditions, triage_of
from clients.care.passing import still_valid_conditions
from clients.catalogue import current_catalogue
from clients.intake.standing import without_retracted
from clients.models import ANSWERS_LAST, CarePlan, CarePlanItem, Client, Consent, Intake, IntakeRetraction, Screening

BEFORE_SESSION, AFTER_SESSION, WARNING = "before", "after", "warning"
# Said in the room; hours later they would read oddly.
TIPS_SAID_AT_SESSION = frozenset({"post-rise-slowly", "post-cool-down"})
# Stands before the client's own tips, and only there.
HOME_CARE_INTRO = "post-home-care-reminder"
# Tips counted later than this belong to the mails about the pain and the next appointment (catalogue,
# send_offset_hours).
AFTERCARE_HOURS = 24
REBOOK_HOURS = 48
NO_TIPS = Answers()


@dataclass(frozen=True)
class Tip:
    """A tip as the client reads it."""

    slug: str
    name: str
    text: str

    @property
    def text_after_name(self) -> str:
        """The rest of a text that begins with the name, which is then said once; empty for every other text."""
        begins, rest = self.text[: len(self.name)], self.text[len(self.name) :]
        return rest if begins.casefold() == self.name.casefold() and rest.startswith(" ") else ""


@dataclass(frozen=True)
class ClientKnowledge:
    """What is known of one client that tips must respect, and the catalogue that they come from."""

    catalogue: Catalogue
    answers: Answers = NO_TIPS
    personal: bool = False
    items: tuple[CarePlanItem, ...] = ()
    call: str = ""
    """The triage of an emergency or doctor-first answer that nobody has seen to yet; mostly empty."""


def preparation_tips(technique_slug: str, client: Client, known: ClientKnowledge | None = None) -> list[Tip]:
    """What to do before a session."""
    return tips_for_moment(BEFORE_SESSION, technique_slug, known or load_client_knowledge(client))


def aftercare_tips(technique_slug: str, client: Client, known: ClientKnowledge | None = None) -> list[Tip]:
    """What to do in the day after a session; nothing that was for the minutes after it."""
    return tips_for_moment(
        AFTER_SESSION, technique_slug, known or load_client_knowledge(client), hours=range(AFTERCARE_HOURS + 1)
    )


def rebook_tips(technique_slug: str, client: Client, known: ClientKnowledge | None = None) -> list[Tip]:
    """What the catalogue says about coming again."""
    return tips_for_moment(
        AFTER_SESSION, technique_slug, known or load_client_knowledge(client), hours=range(REBOOK_HOURS, 10_000)
    )


def warnings(technique_slug: str, client: Client, known: ClientKnowledge | None = None) -> list[Tip]:
    """When to call us, and when to get help at once. These are said to everybody, whatever they answered."""
    return tips_for_moment(WARNING, technique_slug, known or load_client_knowledge(client))


def personal_tips(client: Client, known: ClientKnowledge | None = None, *, techniques: Iterable[str] = ()) -> list[Tip]:
    """The client's own home care and oils, released and fit for e-mail; empty without their consent.

    `techniques`, slugs, are those of the session that the mail speaks of: what must not meet one of them on the same
    day (warmth after hot stones) is left out, whichever massage the plan was made for.

    What this client must take care with is left to the plan's page: without its caution an item may harm, and with it
    the mail would name what it answers to.
    """
    known = known or load_client_knowledge(client)
    if plan_behind_tips(known) is None:
        return []
    present = triage_and_conditions(known)[1]
    rules = {
        tip.slug: {rule.condition for rule in (*tip.never_when, *tip.caution_when)}
        for tip in (*known.catalogue.home_care, *known.catalogue.oils)
    }
    # The plan is a snapshot; what the client told us since may forbid an item of it, or call for a caution.
    given = frozenset(slug for each in techniques for slug in known.catalogue.index.lineage.get(each, ()))
    fit = [
        item
        for item in known.items
        if not item.cautions
        and present.isdisjoint(rules.get(item.slug, ()))
        and given.isdisjoint(forbidden_combinations(known.catalogue, item.slug))
    ]
    return [Tip(item.slug, item.name, f"{item.text} {item.dose}".strip()) for item in fit]


def forbidden_combinations(catalogue: Catalogue, slug: str) -> frozenset[str]:
    """The techniques and entries that an oil or home care must not meet; an oil that heat makes sting, hot stones."""
    index = catalogue.index
    if slug in index.oils:
        oil = index.oils[slug]
        return oil.never_with if oil.heat_ok else oil.never_with | {HOT_STONE}
    return index.home_care[slug].never_with if slug in index.home_care else frozenset()


def plan_behind_tips(known: ClientKnowledge) -> uuid.UUID | None:
    """The public id of the plan that the client's own tips come from; None without one, without consent, or where the
    answers call for a doctor first.
    """
    if not known.personal or not known.items or not triage_and_conditions(known)[0].allows_massage:
        return None
    return known.items[0].plan.public_id


def personal_intro(technique_slug: str) -> str:
    """The sentence that stands before the client's own tips, or an empty text."""
    return next(
        (tip.text for tip in entry_of_technique(current_catalogue(), technique_slug) if tip.slug == HOME_CARE_INTRO), ""
    )


def tips_for_moment(
    when: str, technique_slug: str, known: ClientKnowledge, *, hours: range = range(-10_000, 10_000)
) -> list[Tip]:
    """The tips of one moment that may go to this client, in the order of the catalogue."""
    triage, present = triage_and_conditions(known)
    if when != WARNING and not triage.allows_massage:
        return []
    left_out = TIPS_SAID_AT_SESSION | {HOME_CARE_INTRO}
    tips = []
    for tip in entry_of_technique(known.catalogue, technique_slug):
        if tip.when != when or tip.slug in left_out or tip.send_offset_hours not in hours:
            continue
        if (words := tip_text_for(tip, known, present)) is not None:
            tips.append(Tip(tip.slug, tip.name, words))
    return tips


def entry_of_technique(catalogue: Catalogue, technique_slug: str) -> list[AftercareTip]:
    """What the catalogue has for a technique; for the practice's own variant of one, what its nearest ancestor has."""
    offered = [tip for tip in catalogue.aftercare if tip.email_ok and not tip.switched_off]
    for slug in catalogue.index.lineage.get(technique_slug, ()):
        if found := [tip for tip in offered if slug in tip.techniques]:
            return found
    return []


def tip_text_for(tip: AftercareTip, known: ClientKnowledge, present: frozenset[str]) -> str | None:
    """A tip's text with the cautions that apply, or None where it is not for this client or not for a mail."""
    if any(rule.condition in present for rule in tip.never_when):
        return None
    called_for = tip.applies_when.symptoms & known.answers.symptoms or tip.applies_when.causes & known.answers.causes
    if not tip.applies_when.always and not (known.personal and called_for):
        return None
    cautions = [rule.reason for rule in tip.caution_when if rule.condition in present]
    if cautions and not known.personal:
        return tip.text if tip.when == WARNING else None
    return " ".join([tip.text, *dict.fromkeys(cautions)])


def triage_and_conditions(known: ClientKnowledge) -> tuple[Triage, frozenset[str]]:
    """Triage and the closed set of conditions; slugs that the practice has since deleted bind nobody any more."""
    catalogue, given = known.catalogue, known.answers
    index = catalogue.index
    answers = Answers(
        symptoms=given.symptoms & index.symptoms.keys(),
        causes=given.causes & index.causes.keys(),
        conditions=given.conditions & index.conditions.keys(),
        red_flags=given.red_flags & index.red_flags.keys(),
    )
    return triage_of(catalogue, answers.red_flags)[0], frozenset(closed_conditions(catalogue, answers))


def load_client_knowledge(client: Client) -> ClientKnowledge:
    """What is known of one client."""
    return load_knowledge([client])[client.pk]


def load_knowledge(clients: Iterable[Client]) -> dict[int, ClientKnowledge]:
    """What is known of many clients, by primary key, in at most five queries: the latest intake, a year's safety
    answers, the consent, and what is released in the newest plan; one more where a warning sign was ticked."""
    people = {client.pk: client for client in clients}
    now = timezone.now()
    given = {key: Answers() for key in people}
    call: dict[int, str] = {}
    # "emergency" sorts behind "doctor-before-massage", and comes first here.
    unseen = Intake.objects.filter(client=OuterRef("client")).needing_call().order_by("-triage")
    newest = Intake.objects.filter(client__in=people).annotate(call=Subquery(unseen.values("triage")[:1]))
    for intake in newest.order_by("client_id", "-given_at", "-pk").distinct("client_id"):
        call[intake.client_id] = intake.call or ""  # type: ignore[attr-defined] # annotated
        given[intake.client_id] = Answers(
            symptoms=frozenset(intake.symptoms),
            causes=frozenset(intake.causes),
            conditions=still_valid_conditions(intake.conditions, told_at=intake.given_at, at=now),
            red_flags=frozenset(intake.red_flags),
        )
    screenings = list(Screening.objects.filter(client__in=people, given_at__gt=now - ANSWERS_LAST))
    signs = [each.client_id for each in screenings if each.red_flags]
    taken = list(IntakeRetraction.objects.replaced().filter(intake__client__in=signs)) if signs else []
    for screening in screenings:
        before = given[screening.client_id]
        backs = [back for back in taken if back.intake.client_id == screening.client_id]
        given[screening.client_id] = Answers(
            symptoms=before.symptoms,
            causes=before.causes,
            conditions=before.conditions
            | still_valid_conditions(screening.conditions, told_at=screening.given_at, at=now),
            red_flags=before.red_flags | without_retracted([screening], backs),
        )
    consented = clients_agreeing_to_tips(people)
    items = released_items(consented)
    catalogue = current_catalogue()
    return {
        key: ClientKnowledge(catalogue, answers, key in consented, tuple(items.get(key, ())), call.get(key, ""))
        for key, answers in given.items()
    }


def clients_agreeing_to_tips(people: dict[int, Client]) -> set[int]:
    """Who agreed to personal tips by e-mail: in the newest consent, not withdrawn, and not switched off since."""
    wanted = [key for key, client in people.items() if client.personal_tips_wanted]
    if not wanted:
        return set()
    newest = Consent.objects.filter(client__in=wanted).order_by("client_id", "-given_at", "-pk").distinct("client_id")
    return {each.client_id for each in newest if each.personal_tips and each.withdrawn_at is None}


def released_items(clients: set[int]) -> dict[int, list[CarePlanItem]]:
    """Released home care and oils that may go by e-mail, from each client's newest plan."""
    if not clients:
        return {}
    newest = CarePlan.objects.filter(client__in=clients).order_by("client_id", "-made_at", "-pk").distinct("client_id")
    found: dict[int, list[CarePlanItem]] = {}
    mailable = CarePlanItem.objects.for_mail().filter(plan__in=list(newest))
    for item in mailable.select_related("plan").order_by("kind", "position"):
        found.setdefault(item.plan.client_id, []).append(item)
    return found
