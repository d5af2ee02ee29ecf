"""The answers that come first in a long list, the common ones; the rest is behind *More*."""

COMMON = 6
SYMPTOMS = ("dull-ache", "tight-spot", "stiffness", "stress-tension", "limited-movement", "tension-headache")
CAUSES = ("stress", "computer-work", "poor-posture", "sport", "lifting", "unknown")
CONDITIONS = {
    "today": (
        *("contagious-illness", "fever-infection", "acute-injury", "recent-topical-heat-rub", "sunburn"),
        "unexplained-swelling",
    ),
    "heart-blood": (
        *("hypertension", "hypertension-uncontrolled", "heart-disease", "dvt-history", "varicose-veins"),
        "cold-sensitivity",
    ),
    "nerves-feeling": (
        *("migraine", "hypotension", "reduced-sensation", "vertigo-inner-ear", "heat-intolerance", "epilepsy"),
    ),
    "bones-surgery": (
        *("recent-surgery", "disc-problem", "osteoarthritis", "osteoporosis", "metal-implant", "implanted-device"),
    ),
    "pregnancy-age": (
        *("pregnancy", "post-partum", "breastfeeding", "minor-under-18", "older-frail", "pregnancy-high-risk"),
    ),
    "long-term": ("diabetes", "asthma", "cancer-current", "cancer-history", "immune-suppressed", "kidney-disease"),
    "medicines": (
        *("anticoagulants", "antiplatelet-aspirin", "nsaid-use", "lithium-diuretic", "ssri", "transdermal-patch"),
    ),
    "allergies": (
        *("allergy-nut", "allergy-fragrance", "sensitive-skin", "migraine-scent", "allergy-latex", "allergy-daisy"),
    ),
    "support": (
        *("touch-trauma", "cannot-lie-prone", "mobility-help", "communication-support", "hiatal-hernia-reflux"),
        "cannot-lie-flat",
    ),
}


def common_first(slugs: list[str], common: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """A list in two: the common answers, and the rest in its order. One or two more than six hide nothing."""
    if len(slugs) <= COMMON + 2:
        return slugs, []
    first = [slug for slug in common if slug in slugs][:COMMON]
    return first, [slug for slug in slugs if slug not in first]
