"""What the question of a group names has a box behind it: who says yes to an example finds that example to tick."""

import pytest

from clients.care import shipped

# The examples in the words of each gate, and a condition of the same group that they lead to.
EXAMPLES = {
    "today": {
        "fever": "fever-infection",
        "catching": "contagious-illness",
        "injury": "acute-injury",
        "swelling": "swollen-area",
        "sunburn": "sunburn",
        "muscle rub": "recent-topical-heat-rub",
        "alcohol or drugs": "alcohol-or-drugs-now",
    },
    "heart-blood": {"clot": "dvt-current", "blood pressure": "hypertension", "stroke": "stroke-history"},
    "nerves-feeling": {
        "numb places": "reduced-sensation",
        "seizures": "epilepsy",
        "fainting": "hypotension",
        "dizziness": "vertigo-inner-ear",
        "ill with heat": "heat-intolerance",
    },
    "skin": {
        "wound": "open-wound-skin",
        "rash": "skin-inflammation",
        "infection": "skin-infection",
        "recent skin treatment": "recent-cosmetic-procedure",
    },
    "bones-surgery": {
        "operation": "recent-surgery",
        "broken": "recent-fracture",
        "thin bones": "osteoporosis",
        "spine": "disc-problem",
        "joint": "osteoarthritis",
        "implanted": "implanted-device",
    },
    "pregnancy-age": {
        "pregnant": "pregnancy",
        "birth": "post-partum",
        "under 18": "minor-under-18",
        "frail": "older-frail",
    },
    "long-term": {
        "cancer": "cancer-current",
        "diabetes": "diabetes",
        "kidney": "kidney-disease",
        "liver": "liver-disease",
        "lung": "lung-disease",
        "immune": "immune-suppressed",
    },
    "medicines": {"blood thinners": "anticoagulants", "patch": "transdermal-patch"},
}


@pytest.mark.parametrize("group", EXAMPLES)
def test_what_a_question_names_can_be_ticked_behind_it(group: str) -> None:
    catalogue = shipped()
    gate = next(each.gate for each in catalogue.groups if each.id == group)
    for words, condition in EXAMPLES[group].items():
        assert words in gate
        assert catalogue.index.conditions[condition].group == group


def test_blood_thinners_are_named_where_they_are_ticked_alone() -> None:
    assert [each.id for each in shipped().groups if "thinner" in each.gate] == ["medicines"]
