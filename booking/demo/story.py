"""What the demo practice sells, who works there and who comes: as stillwater.yaml beside this file tells it."""

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

STORY = Path(__file__).with_name("stillwater.yaml")


class StoryPart(BaseModel):
    """A part of the story, which nobody changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DemoService(StoryPart):
    """A line of the price list."""

    slug: str
    name: str
    technique: str
    minutes: int
    price: Decimal
    needs_kit: bool = False
    # Massage, 15 minutes each: what insurers in the US know it by.
    billing_code: str = "97124"
    description: str


class DemoAddOn(StoryPart):
    """Something small to add; one with a technique of its own takes stones."""

    slug: str
    name: str
    minutes: int
    price: Decimal
    technique: str = ""
    kind: str = ""
    description: str


class Shift(StoryPart):
    """The same hours on several weekdays."""

    days: tuple[int, ...]
    ranges: tuple[tuple[dt.time, dt.time], ...]


class DemoTherapist(StoryPart):
    """Somebody who works there."""

    name: str
    email: str
    colour: str
    about: str
    good_at: str = ""
    languages: str = ""
    hours: tuple[Shift, ...]
    hot_stone: bool


class LaterAnswers(StoryPart):
    """What a client said differently in a second health form, so many weeks ago."""

    weeks_ago: int
    symptoms: tuple[str, ...]
    conditions: tuple[str, ...]
    medicines: str
    goals: str
    pain: tuple[int, int, int]


class DemoClient(StoryPart):
    """A client and what brings them; areas with their side, `pain` now, on average and at its worst.

    `unanswered`: warning signs that they were asked about and left open; all others they deny. `last_came`: how many
    weeks ago they came for the only time, empty for those who come again and again.
    """

    first_name: str
    last_name: str
    symptoms: tuple[str, ...] = ()
    onset: tuple[str, ...] = ("chronic",)
    causes: tuple[str, ...] = ()
    areas: tuple[tuple[str, str], ...] = ()
    conditions: tuple[str, ...] = ()
    medicines: str = ""
    goals: str = ""
    pain: tuple[int, int, int] = (4, 4, 6)
    likes_stones: bool = False
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    better_with: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    later: LaterAnswers | None = None
    last_came: int | None = None
    has_email: bool = True


class Story(StoryPart):
    """All of it."""

    services: tuple[DemoService, ...]
    add_ons: tuple[DemoAddOn, ...]
    therapists: tuple[DemoTherapist, ...]
    clients: tuple[DemoClient, ...]


@lru_cache(maxsize=1)
def demo_story() -> Story:
    """The story, read where a demo is made: no other process needs it."""
    return Story.model_validate(yaml.safe_load(STORY.read_text(encoding="utf-8")))
