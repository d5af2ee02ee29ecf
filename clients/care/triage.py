"""Warning signs: what is asked, what a yes asks for, and what is assumed until it is answered."""

from __future__ import annotations

from clients.care.answers import Answers
from clients.care.gates import Facts
from clients.care.index import Index, IndexedFlag
from clients.care.levels import Triage
from clients.care.plans import TriageCause, TriageResult

YES, CHECKED, ASSUMED, TOLD = "yes", "checked", "assumed", "told"
FLAG, CONDITION = "red_flag", "condition"


def triage(index: Index, answers: Answers, facts: Facts) -> TriageResult:
    """The worst of what flags and conditions ask for, with all that led there, and the questions still open."""
    because: list[TriageCause] = []
    questions: list[str] = []
    for ready in index.ready_flags:
        slug = ready.flag.id
        if found := answered(ready, answers):
            because.append(found)
        elif slug not in answers.denied and ready.ask.is_open(facts):
            questions.append(slug)
            if ready.assume and ready.assume.is_open(facts):
                because.append(TriageCause(slug, FLAG, ready.flag.assumed or ready.flag.action, ASSUMED))
    told = ((slug, index.conditions[slug].triage) for slug in facts.slugs["conditions"])
    because += [TriageCause(slug, CONDITION, action, TOLD) for slug, action in told if action]
    because.sort(key=lambda each: (each.action.rank, each.kind != FLAG, each.slug))
    return TriageResult(
        action=because[0].action if because else Triage.OK,
        because=tuple(because),
        questions=tuple(questions),
        counted=frozenset(each.slug for each in because if each.kind == FLAG),
    )


def answered(ready: IndexedFlag, answers: Answers) -> TriageCause | None:
    """What a flag that was answered with yes asks for: less where a doctor has looked and the flag allows for it."""
    slug = ready.flag.id
    if slug in answers.checked and ready.flag.checked:
        return TriageCause(slug, FLAG, ready.flag.checked, CHECKED)
    if slug in answers.red_flags or slug in answers.checked:
        return TriageCause(slug, FLAG, ready.flag.action, YES)
    return None
