"""A catalogue that cannot be used is refused as a whole, with the place and the reason."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clients.care import (
    Answers,
    Catalogue,
    CatalogueError,
    Level,
    make_care_plan,
    parse_catalogue,
    shipped,
    shipped_data,
)
from clients.care.bars import verdict
from clients.care.case import make_case
from clients.care.catalogue import read_yaml
from clients.care.entries import Tip
from clients.care.screening import health_questions

Data = dict[str, Any]


def entry(data: Data, section: str, slug: str) -> Data:
    found: Data = next(each for each in data[section] if each["id"] == slug)
    return found


def misspell_a_key(data: Data) -> None:
    entry(data, "oils", "lavender")["tagz"] = ["scent"]


def name_no_tag(data: Data) -> None:
    entry(data, "oils", "lavender")["tags"] = ["scent", "tropical"]


def name_no_condition(data: Data) -> None:
    entry(data, "home_care", "walking")["rules"] = [{"condition": "gouty", "level": "never", "reason": "No."}]


def open_no_gate(data: Data) -> None:
    entry(data, "home_care", "walking")["when"] = [{"areas": ["lower-beck"]}]


def say_nothing_in_a_gate(data: Data) -> None:
    entry(data, "home_care", "walking")["when"] = [{}]


def bar_twice_at_once(data: Data) -> None:
    entry(data, "conditions", "gout")["bars"] = [{"never": ["heat"], "caution": ["touch"], "reason": "No."}]


def cite_nothing(data: Data) -> None:
    entry(data, "oils", "lavender")["evidence"]["source"] = ["hearsay-2020"]


def go_above_the_maximum(data: Data) -> None:
    entry(data, "oils", "peppermint")["house_percent"] = 9.0


def stand_twice(data: Data) -> None:
    data["oils"].append(copy.deepcopy(entry(data, "oils", "lavender")))


def be_two_things(data: Data) -> None:
    data["home_care"].append({**copy.deepcopy(entry(data, "home_care", "walking")), "id": "lavender"})


def read_nothing(data: Data) -> None:
    entry(data, "conditions", "gout").update(bars=[], implies=[])


def forget_the_last_carrier(data: Data) -> None:
    entry(data, "oils", "carrier-grapeseed")["off_by_default"] = True


def write_a_word_for_a_number(data: Data) -> None:
    entry(data, "oils", "lavender")["house_percent"] = "two"


FAULTS: list[tuple[Callable[[Data], None], str, str]] = [
    (misspell_a_key, "oils.lavender.tagz", "not permitted"),
    (name_no_tag, "oils.lavender", "tropical"),
    (name_no_condition, "home_care.walking", "gouty"),
    (open_no_gate, "home_care.walking.when", "lower-beck"),
    (say_nothing_in_a_gate, "home_care.walking.when", "says something"),
    (bar_twice_at_once, "conditions.gout.bars", "exactly one"),
    (cite_nothing, "oils.lavender", "hearsay-2020"),
    (go_above_the_maximum, "oils.peppermint", "9 %"),
    (stand_twice, "oils.lavender", "twice"),
    (be_two_things, "lavender", "two items"),
    (read_nothing, "conditions.gout", "reads it"),
    (forget_the_last_carrier, "oils", "carrier"),
    (write_a_word_for_a_number, "oils.lavender.house_percent", "number"),
]


@pytest.mark.parametrize(("spoil", "where", "why"), FAULTS, ids=[spoil.__name__ for spoil, _where, _why in FAULTS])
def test_a_fault_is_named_with_its_place(spoil: Callable[[Data], None], where: str, why: str) -> None:
    data = copy.deepcopy(shipped_data())
    spoil(data)
    with pytest.raises(CatalogueError) as refused:
        parse_catalogue(data)
    assert [said for said in refused.value.problems if said.startswith(where) and why in said]


@pytest.mark.parametrize("text", ["", "- one\n- two", "a: [1, 2", "a: 1\na: 2"])
def test_what_is_no_catalogue_is_refused(text: str) -> None:
    with pytest.raises(CatalogueError):
        parse_catalogue(read_yaml(text))


def test_the_shipped_catalogue_is_sound_and_whole() -> None:
    catalogue = shipped()
    assert (len(catalogue.tags), len(catalogue.conditions), len(catalogue.red_flags)) == (36, 113, 34)
    assert len(catalogue.home_care) == 63


ALL_TAGS = sorted(shipped().tags)


@pytest.mark.parametrize("tag", ALL_TAGS)
def test_an_item_of_the_practices_own_is_barred_wherever_its_danger_is(tag: str) -> None:
    """A new tip with one danger is held back for every condition that rules that danger out."""
    data = copy.deepcopy(shipped_data())
    own = {**copy.deepcopy(entry(data, "home_care", "easy-rolls")), "id": "our-own", "tags": [tag], "rules": []}
    data["home_care"].insert(0, own)
    catalogue = parse_catalogue(data)

    def given(*conditions: str) -> set[str]:
        answers = Answers(
            symptoms=frozenset({"dull-ache"}),
            conditions=frozenset(conditions),
            denied=frozenset(catalogue.index.red_flags),
        )
        plan = make_care_plan(catalogue, answers)
        return {*(each.slug for each in plan.home_care), *plan.also}

    barring = [
        condition.id
        for condition in catalogue.conditions
        for bar in condition.bars
        if tag in bar.tags and bar.level.holds_back and "tip" not in bar.except_kinds
    ]
    assert "our-own" in given()
    assert [slug for slug in barring if "our-own" in given(slug)] == []


@pytest.mark.parametrize("kind", sorted(shipped().meta.oils.new_item_tags))
def test_a_new_item_begins_with_every_danger_of_its_kind(kind: str) -> None:
    tags = shipped().meta.oils.new_item_tags[kind]
    assert set(tags) <= set(shipped().tags)
    items = {"tip": shipped().home_care, "technique": shipped().techniques, "addon": shipped().addons}
    known = items.get(kind, [oil for oil in shipped().oils if oil.kind == kind])
    if kind not in ("tip", "addon", "infused-oil"):
        assert {tag for item in known for tag in item.tags} <= set(tags)


AMOUNT = re.compile(r"\b(?:\d+(?: to \d+)?|five|ten) (?:\w+ )?minutes|\b(?:once|twice) a day")


@pytest.mark.parametrize("tip", shipped().home_care, ids=lambda tip: str(tip.id))
def test_how_much_of_a_tip_is_its_dose_and_not_its_text(tip: Tip) -> None:
    """A caution can set another amount: what stood in the text as well would contradict it, and be read twice."""
    if not tip.off_by_default:
        assert not AMOUNT.search(tip.text)


SAYS_HOW_MUCH = re.compile(r"\d|(?<!few )\bminutes\b|\bshort(?:er)?\b(?! of)|\blimits?\b", re.IGNORECASE)


def test_a_caution_that_speaks_of_an_amount_stands_in_place_of_the_dose() -> None:
    spoken = [bar for each in shipped().conditions for bar in each.bars if bar.caution and bar.to == "both"]
    told = [bar.reason for bar in spoken if SAYS_HOW_MUCH.search(bar.reason)]
    assert told
    assert [bar.reason for bar in spoken if bar.reason in told and not bar.sets_dose] == []


def test_who_has_thin_bones_is_told_not_to_round_the_back_far() -> None:
    index = shipped().index
    answers = Answers(areas=frozenset({"lower-back"}), conditions=frozenset({"osteoporosis"}))
    found = verdict(index.tips_by_slug["cat-cow"], make_case(index, answers).health)
    assert found.level is Level.CAUTION
    assert "do not round the back" in found.because[0].reason


def test_a_question_to_somebody_without_pain_does_not_speak_of_the_pain() -> None:
    """Who comes to relax is asked about a fever where the immune system is weak."""
    catalogue = shipped()
    plan = make_care_plan(catalogue, Answers(conditions=frozenset({"immune-suppressed"})))
    assert plan.triage.questions
    assert all("if you have any" in catalogue.index.red_flags[slug].question for slug in plan.triage.questions)


WORKING_WORDS = re.compile(
    r"\b(the|our) seeds?\b|\bseed('s)? (says?|advice|article|calls|gives|\d)|not read in|from knowledge"
    r"|\b[sS]ee [a-z]+-[a-z]|\bslugs?\b|\bthe engine\b|\bcatalogue\b|\bTODO\b|_",
    re.IGNORECASE,
)


def client_texts(catalogue: Catalogue) -> Iterator[str]:
    """What a client may read of every entry."""
    for section in ("oils", "home_care", "techniques", "addons", "aftercare", "recommendations"):
        for item in getattr(catalogue, section):
            yield from (
                getattr(item, name, "") for name in ("name", "text", "dose", "because", "stop_text", "picture_text")
            )
            yield from getattr(item, "steps", ())
            evidence = getattr(item, "evidence", None)
            yield evidence.note if evidence else ""
    for condition in catalogue.conditions:
        yield from (condition.name, condition.text, condition.help, *(bar.reason for bar in condition.bars))
    for flag in catalogue.red_flags:
        yield from (flag.name, flag.question, flag.text)
    for claim in catalogue.claims:
        yield from (claim.name, claim.finding, claim.say)
    yield from (source.cite for source in catalogue.sources.values())


def test_no_working_word_of_ours_reaches_a_client() -> None:
    found = [text for text in client_texts(shipped()) if WORKING_WORDS.search(text)]
    assert found == []


def test_every_statement_under_read_more_names_its_subject() -> None:
    for claim in shipped().claims:
        assert claim.name, claim.id
        assert not re.match(r"(It|They|This|These|Fine|Well)\b", claim.say), claim.id


def test_what_follows_from_other_answers_is_never_asked() -> None:
    counted = {each.id for each in shipped().conditions if each.counted}
    asked = {each.id for question in health_questions(shipped(), region="DE") for each in question.conditions}
    assert counted == {"allergy-own-words", "fresh-strain"}
    assert asked.isdisjoint(counted)


def test_what_is_said_of_the_evidence_has_no_words_of_ours() -> None:
    catalogue = shipped()
    sections = (
        catalogue.techniques,
        catalogue.recommendations,
        catalogue.oils,
        catalogue.home_care,
        catalogue.aftercare,
    )
    notes = [entry.evidence.note for section in sections for entry in section]
    ours = re.compile(r"\brule\b|carried over|safety net|catalogue|seed wording|the default|do not say", re.IGNORECASE)
    assert len(notes) > 100
    assert not [note for note in notes if ours.search(note)]
