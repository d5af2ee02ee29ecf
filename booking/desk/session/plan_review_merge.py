"""Two people over one care plan: what one ticked, wrote or put in order is not undone by the other's page.

The page carries what it showed (`shown_of`). What this person left as it was shown keeps what stands now; a text or an
order that both changed is shown with the other's words, and approving again is deliberate.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from booking.desk.session.plan_review import Kind, PlanReview, State, TypedReview, is_chosen, sorted_items
from clients.models import CarePlan, CarePlanItem
from clinic.web.edits import Conflict, Editor

SHOWN_FIELD = "plan_shown"


def shown_state(plan: CarePlan, items: list[CarePlanItem]) -> str:
    """What a page shows of a plan that nobody has touched yet, as JSON."""
    chosen = sorted_items([item for item in items if is_chosen(item)])
    facts = {str(item.pk): item_state(item) for item in items}
    return json.dumps(
        {"items": facts, "order": [item.pk for item in chosen], "star": starred_key(plan.one_thing, items)}
    )


def starred_key(slug: str, items: list[CarePlanItem]) -> int:
    """The id of the item that is the one thing this week; 0 where none is."""
    return next((item.pk for item in items if item.slug == slug and item.kind == Kind.HOME_CARE), 0)


def item_state(item: CarePlanItem) -> dict[str, Any]:
    """What a person may change of one item, as it stands."""
    return {
        "keep": item.state == State.RELEASED,
        "why": normalised_text(item.override_reason),
        "dose": normalised_text(item.dose),
    }


def normalised_text(text: str) -> str:
    """A text as it can be compared: browsers send line breaks as two characters."""
    return text.replace("\r\n", "\n").strip()


def merge_review(review: PlanReview, typed: TypedReview, sent: str) -> tuple[TypedReview, list[str], str]:
    """What was typed with what others changed meanwhile, the conflicts in words, and the id of the first item in one.

    `sent` is what the page had shown. Where it does not say, what was typed stands as it is.
    """
    shown = read_shown_state(sent)
    if shown is None:
        return typed, [], ""
    keep, overrides, doses = set(typed.keep), dict(typed.overrides), dict(typed.doses)
    conflicts: list[str] = []
    first = ""
    for item in review.items:
        now, before = item_state(item), shown["items"].get(str(item.pk))
        if before is None:
            # Added meanwhile, or just now by this person, who then ticked it.
            if now["keep"]:
                keep.add(item.pk)
            continue
        if (item.pk in keep) == before["keep"]:
            (keep.add if now["keep"] else keep.discard)(item.pk)
        found = merge_texts(review, item, before, {"why": overrides, "dose": doses})
        first = first or (str(item.pk) if found else "")
        conflicts += found
    order, lost = merge_order(review, typed, shown["order"])
    if lost:
        names = {item.pk: item.name for item in review.items}
        conflicts.append(conflict_in_words(review.plan, _("The order is now:"), ", ".join(names[key] for key in order)))
        order = list(typed.order)
    star, theirs = merge_star(review, typed, shown["star"])
    if theirs:
        conflicts.append(conflict_in_words(review.plan, _("The one thing this week is now:"), theirs))
    merged = replace(typed, keep=frozenset(keep), overrides=overrides, doses=doses, order=tuple(order), star=star)
    return merged, conflicts, first


def merge_texts(
    review: PlanReview, item: CarePlanItem, before: Mapping[str, Any], typed: Mapping[str, dict[int, str]]
) -> list[str]:
    """The conflicts of one item's texts in words; what this person left as it was shown becomes what stands now."""
    now, conflicts = item_state(item), []
    for name, texts in typed.items():
        mine = normalised_text(texts.get(item.pk, before[name]))
        if mine == before[name]:
            texts[item.pk] = now[name]
        elif now[name] not in (before[name], mine):
            told = conflict_in_words(review.plan, _("It now says:"), now[name])
            conflicts.append(f"{item.name}: {told}")
    return conflicts


def merge_star(review: PlanReview, typed: TypedReview, before: int) -> tuple[int, str]:
    """The one thing to keep (0: as it stands), and the other's by name where both chose another."""
    now = starred_key(review.plan.one_thing, review.items)
    if typed.star in (0, before, now):
        return 0, ""
    names = {item.pk: item.name for item in review.items}
    return typed.star, names.get(now, "") if now != before else ""


def merge_order(review: PlanReview, typed: TypedReview, before: list[int]) -> tuple[list[int], bool]:
    """The order to keep, and whether both changed it; then it is the other's."""
    now = [item.pk for item in sorted_items([item for item in review.items if is_chosen(item)])]
    mine = list(typed.order)
    if [key for key in mine if key in before] == [key for key in before if key in mine]:
        return [*now, *(key for key in mine if key not in now)], False
    theirs = [key for key in now if key in before]
    changed = theirs != [key for key in before if key in now]
    return (now, True) if changed and theirs != [key for key in mine if key in theirs] else (mine, False)


def conflict_in_words(plan: CarePlan, what: str, theirs: str) -> str:
    """A conflict in words."""
    known = plan.approved_by is not None and plan.approved_at is not None
    editor = Editor(str(plan.approved_by), plan.approved_at) if known and plan.approved_at else None
    keep = _("Yours is still here: approve again to put it in its place.")
    return f"{Conflict('', theirs, editor).told} {what} {theirs or _('(empty)')} {keep}"


def read_shown_state(sent: str) -> Mapping[str, Any] | None:
    """What a page had shown, or None where it does not say."""
    try:
        shown = json.loads(sent)
        items = {
            str(int(key)): {"keep": bool(each["keep"]), "why": str(each["why"]), "dose": str(each["dose"])}
            for key, each in shown["items"].items()
        }
        return {"items": items, "order": [int(key) for key in shown["order"]], "star": int(shown["star"])}
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
