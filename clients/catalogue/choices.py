"""What a form offers of the catalogue in force."""

from clients.catalogue import current_catalogue

NO_CHOICE = ("", "---------")


def technique_choices() -> list[tuple[str, str]]:
    """No technique, and every one by slug and name."""
    return [NO_CHOICE, *((each.id, each.name) for each in current_catalogue().techniques)]


def add_on_choices() -> list[tuple[str, str]]:
    """No kind of add-on, and every one by slug and name."""
    return [NO_CHOICE, *((each.id, each.name) for each in current_catalogue().addons)]


def knows_technique(slug: str) -> bool:
    """Whether the catalogue in force has this technique."""
    return slug in current_catalogue().index.techniques


def knows_add_on(slug: str) -> bool:
    """Whether the catalogue in force has this kind of add-on."""
    return slug in current_catalogue().index.addons


def uses_stones(technique: str) -> bool:
    """Whether a technique is given with hot stones, which need a kit; one that the catalogue has lost is not."""
    known = current_catalogue().index.techniques.get(technique)
    return known is not None and known.uses_stones
