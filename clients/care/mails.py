"""Which sentences go into the mails around a session (docs/care.md, "Mails")."""

from __future__ import annotations

from collections.abc import Mapping

from clients.care.bars import Health, verdict
from clients.care.entries import Slugs
from clients.care.gates import Facts
from clients.care.index import Index
from clients.care.levels import Level
from clients.care.plans import MAIL_MOMENTS

CALL = "call"


def choose_texts(
    index: Index, facts: Facts, health: Health, off: Slugs, technique: str
) -> Mapping[str, tuple[str, ...]]:
    """The texts for each moment, by rank, one for each topic; only what nothing speaks against."""
    most = index.sections.mail_rules.texts_per_mail
    chosen: dict[str, list[str]] = {moment: [] for moment in MAIL_MOMENTS}
    topics: set[tuple[str, str]] = set()
    for ready in index.ready_texts:
        text = ready.item
        place = (text.moment, text.topic)
        if len(chosen[text.moment]) >= (1 if text.moment == CALL else most) or place in topics or text.id in off:
            continue
        if text.techniques and technique not in text.techniques:
            continue
        if not ready.gate.is_open(facts):
            continue
        if verdict(ready, health).level in (Level.OK, Level.CAUTION):
            chosen[text.moment].append(text.id)
            topics.add(place)
    return {moment: tuple(texts) for moment, texts in chosen.items()}
