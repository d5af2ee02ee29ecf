"""A second, naive reading of `meta.matching`, straight from the YAML, in the outer form. Slow and flat on purpose."""

from __future__ import annotations

from typing import Any

import yaml

from clients.care import Answers
from clients.care.shipped import SHIPPED

FILE: dict[str, Any] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
GRADES = ["strong", "moderate", "weak", "traditional", "against"]
LEVELS = ["never_when", "clearance_when", "local_avoid_when", "caution_when"]


def by_id(section: str) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in FILE[section]}


CONDITIONS, SERVICES = by_id("conditions"), by_id("services")


def closed(answers: Answers) -> set[str]:
    found = set(answers.conditions)
    for section, chosen in (("symptoms", answers.symptoms), ("causes", answers.causes)):
        for slug in chosen:
            found |= set(by_id(section)[slug].get("implies_conditions", []))
    while True:
        more = {implied for slug in found for implied in CONDITIONS[slug].get("implies", [])} - found
        if not more:
            return found
        found |= more


def triage(answers: Answers) -> str:
    actions = {by_id("red_flags")[slug]["action"] for slug in answers.red_flags}
    return next((a for a in ("emergency", "doctor-before-massage", "caution") if a in actions), "ok")


def in_file_order(rules: list[dict[str, str]], present: set[str]) -> list[dict[str, str]]:
    return [rule for slug in CONDITIONS for rule in rules if rule["condition"] == slug and slug in present]


def level_of(service: dict[str, Any], present: set[str]) -> dict[str, Any]:
    for level in LEVELS:
        rules = {rule["condition"]: rule for rule in SERVICES.get(service.get("inherits", ""), {}).get(level, [])}
        rules |= {rule["condition"]: rule for rule in service[level]}
        if hit := in_file_order(list(rules.values()), present):
            return {"level": level, "because": hit}
    return {"level": "ok", "because": []}


def matched(item: dict[str, Any], answers: Answers) -> dict[str, list[str]]:
    chosen = {"symptoms": answers.symptoms, "causes": answers.causes, "onset": answers.onset, "areas": answers.areas}
    return {
        dimension: [
            row["id"] for row in FILE[dimension] if row["id"] in item["applies_when"][dimension] and row["id"] in slugs
        ]
        for dimension, slugs in chosen.items()
    }


def is_candidate(item: dict[str, Any], answers: Answers) -> bool:
    if item.get("off_by_default") or answers.region in item.get("off_in_regions", []):
        return False
    match = matched(item, answers)
    if not (item["applies_when"].get("always") or match["symptoms"] or match["causes"]):
        return False
    return all(match[dimension] for dimension in item.get("requires", []))


def held_by(item: dict[str, Any], answers: Answers, present: set[str]) -> list[str]:
    held = [rule["condition"] for rule in in_file_order(item["never_when"], present)]
    service = answers.service
    hot = service == "hot-stone" and item.get("heat_ok") is False
    return held + ([service] if service and (hot or service in item.get("never_with", [])) else [])


def score(item: dict[str, Any], answers: Answers) -> int:
    match = matched(item, answers)
    return 3 * len(match["symptoms"]) + 2 * len(match["causes"]) + len(match["onset"]) + len(match["areas"])


def ranked(items: list[dict[str, Any]], answers: Answers) -> list[dict[str, Any]]:
    """Python's sort is stable, so the place in the file decides last."""
    return sorted(items, key=lambda item: (-score(item, answers), GRADES.index(item["evidence"]["grade"])))


def expected(answers: Answers) -> dict[str, Any]:
    """The ids that a plan should hold, in order, and what is withheld with what holds it."""
    present, verdict = closed(answers), triage(answers)
    empty: dict[str, Any] = {
        "oils": [],
        "carrier": None,
        "home_care": [],
        "withheld_oils": {},
        "withheld_home_care": {},
    }
    if verdict == "emergency":
        return empty
    tips = [tip for tip in FILE["home_care"] if is_candidate(tip, answers)]
    held_tips = {tip["id"]: held for tip in tips if (held := held_by(tip, answers, present))}
    if verdict == "doctor-before-massage":
        tips = [tip for tip in tips if tip.get("show_with_red_flags")]
    home_care = ranked([tip for tip in tips if tip["id"] not in held_tips], answers)[:5]
    oils = [oil for oil in FILE["oils"] if is_candidate(oil, answers)]
    held_oils = {oil["id"]: held for oil in oils if (held := held_by(oil, answers, present))}
    result = empty | {
        "home_care": [tip["id"] for tip in home_care],
        "withheld_oils": held_oils,
        "withheld_home_care": held_tips,
    }
    if verdict == "doctor-before-massage":
        return result
    free = [oil for oil in oils if oil["id"] not in held_oils]
    best = ranked([oil for oil in free if oil["kind"] != "carrier"], answers)[:3]
    carriers = [oil for oil in free if oil["kind"] == "carrier" and not oil.get("fallback")]
    default = [oil for oil in carriers if oil.get("default_carrier")]
    first = (default or carriers or [{"id": None}])[0]["id"]
    return result | {
        "oils": [oil["id"] for oil in best] or ["no-scent-no-oil"],
        "carrier": first if best else None,
    }
