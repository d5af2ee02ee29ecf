"""Reading the shipped file, and refusing a broken one with a sentence that helps."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys

import pytest
import yaml

from clients.care import CatalogueError, read_catalogue, shipped
from clients.care.shipped import SHIPPED

TEXT = SHIPPED.read_text(encoding="utf-8")

# What the catalogue we were given says where ours says it otherwise (docs/care.md has the reasons), and a digest of
# that file without its rules.
GIVEN = {
    ("conditions", "pregnancy-first-trimester", "ask"): "Are you in the first 12 weeks?",
    ("home_care", "backs-are-strong", "name"): "Your back is strong",
    ("home_care", "backs-are-strong", "text"): (
        "Your back is one of the strongest parts of your body, and most back pain settles within a few weeks even "
        "though it can hurt a lot. Pain rarely means damage."
    ),
    ("home_care", "change-position", "text"): (
        "Your back likes variety more than any perfect posture, so change position before you get stiff. At a desk or "
        "on a long drive, shift, stand or stop regularly."
    ),
    ("home_care", "swimming", "text"): (
        "Swimming is a kind way to strengthen the back, because water takes much of your weight. Choose a stroke that "
        "feels easy; backstroke often suits sore backs."
    ),
    ("home_care", "water-exercise", "text"): (
        "Water aerobics or a guided water exercise programme lets you strengthen and loosen your back while the water "
        "holds you up. Build up over several weeks."
    ),
    ("home_care", "trusted-information", "text"): (
        "Back pain need not stop your life, and reliable leaflets and videos can help you look after yourself, often "
        "without drugs. Ask us for links from your health service."
    ),
    ("home_care", "supplements-general", "text"): (
        "Before buying a supplement or herbal remedy for your back, check it with a pharmacist, especially if you take "
        "medicines. Natural does not always mean safe or effective."
    ),
    ("home_care", "avoid-sudden-moves", "text"): (
        "While your back is sore, plan a moment before you move, and build up to quicker movements as it settles."
    ),
}
GIVEN_DIGEST = "d995838385f814b40c638b216634f789a25f3804e00104c3f72e6557745907c0"
# Rules and edition are ours: see "Where the shipped file says it otherwise" in docs/care.md.
OURS = ("never_when", "clearance_when", "local_avoid_when", "caution_when", "never_with")


def broken(old: str, new: str) -> list[str]:
    """The problems found after one change to the shipped file."""
    assert old in TEXT
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(TEXT.replace(old, new, 1))
    return caught.value.problems


def test_the_whole_file_is_read() -> None:
    found = shipped()
    counts = [len(section) for section in (found.symptoms, found.areas, found.onsets, found.causes, found.conditions)]
    assert counts == [23, 15, 5, 26, 84]
    counts = [
        len(section) for section in (found.red_flags, found.oils, found.home_care, found.aftercare, found.techniques)
    ]
    assert counts == [28, 20, 41, 34, 3]
    assert [len(section) for section in (found.sources, found.claims, found.factors)] == [107, 14, 27]
    assert [len(found.reference.seed_coverage), len(found.reference.measures)] == [44, 5]


def test_the_file_says_nothing_otherwise_than_the_one_we_were_given_but_what_is_listed() -> None:
    file, docs = yaml.safe_load(TEXT), SHIPPED.parents[2].joinpath("docs/care.md").read_text(encoding="utf-8")
    for (section, slug, key), given in GIVEN.items():
        entry = next(each for each in file[section] if each["id"] == slug)
        assert f"| {slug} | {given.split(', ')[0]}" in docs
        assert entry[key] != given
        entry[key] = given
    for entry in (each for section in ("oils", "home_care", "aftercare", "services") for each in file[section]):
        for kind in OURS:
            entry.pop(kind, None)
    for key in ("version", "date"):
        file["meta"].pop(key)
    assert hashlib.sha256(json.dumps(file).encode()).hexdigest() == GIVEN_DIGEST


def test_two_readings_are_equal_and_one_is_kept() -> None:
    assert read_catalogue(SHIPPED) == shipped()
    assert shipped() is shipped()


def test_sources_are_cited_in_the_order_of_the_file() -> None:
    cited = shipped().cited(shipped().index.oils["panaway"].evidence.sources)
    assert cited[0].slug == "seed-1"
    assert len(cited) == 6


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("condition: anticoagulants", "condition: warfarin", "unknown condition 'warfarin'"),
        ("never_with: [hot-stone, heat-pack, warm-bath]", "never_with: [sauna]", "unknown oil, tip or technique"),
        ("inherits: regular-massage", "inherits: deep-tissue", "inherits from itself"),
        ("inherits: regular-massage", "inherits: shiatsu", "inherits from the unknown technique 'shiatsu'"),
        ("grade: traditional", "grade: miraculous", "unknown evidence grade 'miraculous'"),
        ("requires: [onset]", "requires: [areas]", "requires areas, but lists none"),
        ("requires: [onset]", "requires: [weather]", "requires 'weather', which is none of"),
        ("action: emergency", "action: panic", "`action` should be one of"),
        ("id: dull-ache", "id: tight-spot", "'tight-spot' is used more than once"),
        ("id: dull-ache", "id: Dull Ache", "a slug is lower-case letters"),
        ("house_max_percent: 0.5", "house_max_percent: 9.0", "the practice's maximum is above the published maximum"),
        ("ask_red_flags: [pain-night-unrelenting]", "ask_red_flags: [boredom]", "unknown red flag 'boredom'"),
        ("fallback_oil: no-scent-no-oil", "fallback_oil: lavender", "`fallback` disagrees"),
        ("default_minutes: 60", "default_minutes: 61", "the default of 61 minutes is none of its durations"),
        ("\n    never_when:\n", "\n    never_wen:\n", "`never_when` is missing"),
        ("    heat_ok: false", "    heat_ok: maybe", "`heat_ok` should be bool"),
        ("    latin: Gaultheria", "    colour: green\n    latin: Gaultheria", "unknown key `colour`"),
        ("    name: Dull or aching pain\n", "", "symptoms/dull-ache: `name` is missing"),
        ("source: [seed-1,", "source: [hearsay,", "unknown source 'hearsay'"),
        ("represented_by: [intense-pain,", "represented_by: [itch,", "unknown slug 'itch'"),
    ],
)
def test_a_mistake_in_the_file_is_named(old: str, new: str, problem: str) -> None:
    assert any(problem in found for found in broken(old, new))


def test_a_condition_cannot_be_both_forbidden_and_allowed_with_care() -> None:
    rule = "      - {condition: pregnancy, reason: Salicylates can harm the unborn baby.}\n"
    twice = rule.replace("Salicylates can harm", "Ask about") + "      - {condition: sensitive-skin, reason: Patch"
    assert broken("      - {condition: sensitive-skin, reason: Patch", twice) == [
        "panaway: the condition 'pregnancy' has 2 rules; one is enough."
    ]


@pytest.mark.parametrize("text", ["", "[]", "symptoms: [", "meta: 3"])
def test_what_is_no_catalogue_is_refused(text: str) -> None:
    with pytest.raises(CatalogueError):
        read_catalogue(text)


def test_the_error_lists_every_problem() -> None:
    text = TEXT.replace("grade: weak", "grade: poor", 2)
    with pytest.raises(CatalogueError, match=re.compile("poor.*\n.*poor")):
        read_catalogue(text)


def test_the_engine_is_pure() -> None:
    code = "import sys, clients.care, clients.care.json_io; clients.care.shipped(); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=SHIPPED.parents[2], check=False).returncode == 0
