"""Warning signs: what is asked, what a yes asks for, and what is assumed until it is answered."""

from __future__ import annotations

from clients.care.answers import Answers
from clients.care.entries import RedFlag
from clients.care.gates import Facts, is_open
from clients.care.index import Index
from clients.care.levels import Triage
from clients.care.plans import ASSUMED, CHECKED, CONDITION, FLAG, TOLD, YES, TriageCause, TriageResult


def triage(index: Index, answers: Answers, facts: Facts) -> TriageResult:
    """The worst of what flags and conditions ask for, with all that led there, and the questions still open."""
    because: list[TriageCause] = []
    questions: list[str] = []
    for flag in index.sections.red_flags:
        if found := answered(flag, answers):
            because.append(found)
        elif flag.id not in answers.denied and is_open(flag.ask_when, facts):
            questions.append(flag.id)
            if flag.assume_when and is_open(flag.assume_when, facts):
                because.append(TriageCause(flag.id, FLAG, flag.assumed or flag.action, ASSUMED))
    told = ((slug, index.conditions[slug].triage) for slug in facts.slugs["conditions"])
    because += [TriageCause(slug, CONDITION, action, TOLD) for slug, action in told if action]
    because.sort(key=lambda each: (each.action.rank, each.kind != FLAG, each.slug))
    return TriageResult(
        action=because[0].action if because else Triage.OK,
        because=tuple(because),
        questions=tuple(questions),
        counted=frozenset(each.slug for each in because if each.kind == FLAG),
    )


def answered(flag: RedFlag, answers: Answers) -> TriageCause | None:
    """What a flag that was answered with yes asks for: less where a doctor has looked and the flag allows for it."""
    if flag.id in answers.checked and flag.checked:
        return TriageCause(flag.id, FLAG, flag.checked, CHECKED)
    if flag.id in answers.red_flags or flag.id in answers.checked:
        return TriageCause(flag.id, FLAG, flag.action, YES)
    return None
