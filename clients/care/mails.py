"""Which sentences go into the mails around a session (docs/care.md, "Mails")."""

from __future__ import annotations

from collections.abc import Mapping

from clients.care.bars import verdict
from clients.care.case import Case
from clients.care.gates import is_open
from clients.care.levels import Level
from clients.care.plans import MAIL_MOMENTS

CALL = "call"


def choose_texts(case: Case, technique: str) -> Mapping[str, tuple[str, ...]]:
    """The texts for each moment, by rank, one for each topic; only what nothing speaks against."""
    most = case.index.sections.mail_rules.texts_per_mail
    chosen: dict[str, list[str]] = {moment: [] for moment in MAIL_MOMENTS}
    topics: set[tuple[str, str]] = set()
    for ready in case.index.ready_texts:
        text = ready.item
        place = (text.moment, text.topic)
        if len(chosen[text.moment]) >= (1 if text.moment == CALL else most) or place in topics or text.id in case.off:
            continue
        if text.techniques and technique not in text.techniques:
            continue
        if is_open(ready.gate, case.facts) and verdict(ready, case.health).level in (Level.OK, Level.CAUTION):
            chosen[text.moment].append(text.id)
            topics.add(place)
    return {moment: tuple(texts) for moment, texts in chosen.items()}
