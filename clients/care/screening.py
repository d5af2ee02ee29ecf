"""Which warning signs to ask for (`meta.matching.screening`)."""

from __future__ import annotations

from clients.care.answers import Answers, must_know
from clients.care.catalogue import Catalogue
from clients.care.terms import Action, RedFlag

LONG_ONSETS = ("subacute", "chronic")


def red_flags_to_ask(catalogue: Catalogue, answers: Answers) -> tuple[RedFlag, ...]:
    """The red flags to ask, in the order of the file. Raises UnknownSlugError.

    The file says "every client with pain": whoever marks a symptom, an area, an onset or a cause has a complaint, and
    is asked all emergency signs. Someone who comes only to relax marks none and is asked nothing. A sign that the
    practice has switched off is not asked (`checks` keeps the emergency ones on).
    """
    must_know(catalogue, answers)
    if not (answers.symptoms or answers.areas or answers.onset or answers.causes):
        return ()
    index = catalogue.index
    lasting = any(index.onsets[slug].stage in LONG_ONSETS for slug in answers.onset)
    called_for = {flag for slug in answers.symptoms for flag in index.symptoms[slug].ask_red_flags}
    return tuple(
        flag
        for flag in catalogue.red_flags
        if not flag.switched_off
        and (
            flag.action == Action.EMERGENCY
            or lasting
            or flag.slug in called_for
            or not flag.areas.isdisjoint(answers.areas)
        )
    )
