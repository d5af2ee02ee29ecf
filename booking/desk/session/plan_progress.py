"""What a client said of their plan since last time, and the change that is proposed for the next, in one tap."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.catalogue import current_catalogue
from clients.models import CarePlan, CarePlanItem
from clients.plans.diary import PlanProgress, plan_progress
from clients.plans.progress import Change, Why


@dataclass(frozen=True)
class TipSaid:
    """One tip with what was said of it in words; what the client wrote beside it."""

    name: str
    said: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProposedChange:
    """A change in words. `swap`: what its button sends ("12:slug"; 0 where nothing goes), empty where nothing comes."""

    why: str
    what: str
    swap: str
    urgent: bool


@dataclass(frozen=True)
class SinceLastTime:
    """The diary and the proposed changes of a plan."""

    tips: tuple[TipSaid, ...]
    changes: tuple[ProposedChange, ...]

    @property
    def swaps(self) -> frozenset[str]:
        """What the buttons of the changes may send."""
        return frozenset(change.swap for change in self.changes if change.swap)


def since_last_time(plan: CarePlan, items: Iterable[CarePlanItem]) -> SinceLastTime:
    """What was said of this plan, or of the one before where this one is new; changes only of what this one has."""
    progress, spoken_of = plan_progress(plan), plan
    if not progress.answers:
        before = CarePlan.objects.filter(client=plan.client_id, made_at__lt=plan.made_at).order_by("-made_at").first()
        if before is not None and (earlier := plan_progress(before)).answers:
            progress, spoken_of = earlier, before
    here = {item.slug: item for item in items if item.kind == CarePlanItem.Kind.HOME_CARE}
    return SinceLastTime(tips_said(progress, spoken_of), tuple(change_lines(progress.changes, here)))


def tips_said(progress: PlanProgress, plan: CarePlan) -> tuple[TipSaid, ...]:
    """Each tip of which something was said; nothing for a plan of which nothing was."""
    if not progress.answers:
        return ()
    names = {item.slug: item.name for item in plan.items.all()}
    notes = {
        tip.slug: tuple(each.note for each in progress.answers if each.note and each.item.slug == tip.slug)
        for tip in progress.tips
    }
    return tuple(
        TipSaid(names.get(tip.slug, tip.slug), done_in_words(tip.times_done, tip.helped), notes[tip.slug])
        for tip in progress.tips
    )


def done_in_words(days: int, helped: bool | None) -> str:
    """On how many days a tip was done, and whether it helped by the client's newest word, None where they gave none."""
    if not days:
        return _("not done")
    done = ngettext("done on one day", "done on %(days)d days", days) % {"days": days}
    word = {True: _("helped"), False: _("did not help"), None: ""}[helped]
    return ", ".join(filter(None, [done, word]))


def change_lines(changes: Iterable[Change], here: dict[str, CarePlanItem]) -> Iterable[ProposedChange]:
    """Changes of what the plan has and of what it lacks, as the therapist reads them."""
    known = current_catalogue().index.home_care
    for change in changes:
        leave = here.get(change.leave or "")
        if change.leave and leave is None:
            continue
        take = known.get(change.take or "")
        if take is not None and take.id in here and leave is None:
            take = None
        yield ProposedChange(
            why=why_in_words(change.why),
            what=change_in_words(leave, take.name if take else ""),
            swap=f"{leave.pk if leave else 0}:{take.id if take else ''}" if leave or take else "",
            urgent=change.now,
        )


def why_in_words(why: Why) -> str:
    """Why a change is proposed."""
    return {
        Why.BETTER_TWICE: _("Two points better, twice in a row: warmth may give way to movement."),
        Why.WORSE_TWICE: _("Worse after each of the last two sessions: a doctor should look, and somebody calls now."),
        Why.STRONG_PAIN: _("Pain of 8 and more: a doctor should look, and somebody calls now."),
        Why.DID_NOT_HELP: _("It did not help."),
        Why.NEVER_DONE: _("It was never done."),
    }[why]


def change_in_words(leave: CarePlanItem | None, take: str) -> str:
    """What is taken out and what comes in."""
    names = {"leave": leave.name if leave else "", "take": take}
    if leave and take:
        return _("%(take)s instead of %(leave)s") % names
    if take:
        return _("Add %(take)s") % names
    return _("Leave out %(leave)s") % names if leave else ""
