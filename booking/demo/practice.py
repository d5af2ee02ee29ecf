"""The demo practice itself: rooms, price list, people who work there."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from booking.models import AddOn, Room, Service, StoneKit, Therapist, WorkingHours
from booking.reminders.rules import ensure_default_rules
from clients.models import Technique
from clinic.models import Practice, User

# Known to everyone who reads this file: the demo listens on this machine only.
PASSWORD = "warm-stones-demo"  # noqa: S105
SIGN_INS = (
    ("owner@stillwater.example", "Olga Brandt, owner: desk and admin"),
    ("mira@stillwater.example", "Mira Feld, therapist, every weekday"),
    ("jonas@stillwater.example", "Jonas Weber, therapist with a split day"),
    ("tess@stillwater.example", "Tess Okafor, therapist in the mornings, no hot stone"),
)

DEMO_SERVICES = (
    # slug, name, technique, minutes, price, needs a kit, text
    (
        "back-relief-massage",
        "Back relief massage",
        "regular-massage",
        25,
        "39.00",
        False,
        "A short, focused massage for a tired back. Good for unwinding between two busy halves of a day.",
    ),
    (
        "regular-massage-60",
        "Regular massage",
        "regular-massage",
        60,
        "74.00",
        False,
        "Unhurried gliding and kneading for the whole body or the places that need it most. You choose the pressure.",
    ),
    (
        "regular-massage-90",
        "Regular massage",
        "regular-massage",
        90,
        "102.00",
        False,
        "The same unhurried massage with time for neck, back and legs together.",
    ),
    (
        "hot-stone-massage-75",
        "Hot stone massage",
        "hot-stone",
        75,
        "98.00",
        True,
        "Smooth warm stones glide over oiled skin and rest over towels. Deeply warming; health questions come first.",
    ),
    (
        "hot-stone-massage-90",
        "Hot stone massage",
        "hot-stone",
        90,
        "118.00",
        True,
        "The long version, with stones for back, shoulders and legs.",
    ),
)


DEMO_ADD_ONS = (
    # slug, name, minutes, price, technique where it has one of its own, text
    ("hot-towel", "Hot towel", 0, "5.00", "", "A warm, damp towel over neck and feet to begin with."),
    ("foot-massage", "Foot massage", 15, "18.00", "", "A quarter of an hour for tired feet and calves."),
    ("warm-stones", "Warm stones on the back", 15, "22.00", "hot-stone", "Stones along the spine before the massage."),
)


class Shift(NamedTuple):
    """The same hours on several weekdays."""

    days: tuple[int, ...]
    ranges: tuple[tuple[str, str], ...]


DEMO_THERAPISTS = (
    (
        "Mira Feld",
        "mira@stillwater.example",
        "#4f6f52",
        "Fifteen years of massage, calm hands, and a soft spot for gardeners' backs.",
        (Shift((0, 1, 2, 3, 4), (("09:00", "17:30"),)),),
        True,
    ),
    (
        "Jonas Weber",
        "jonas@stillwater.example",
        "#7a5c3e",
        "Works early and late so that you can come before or after work. Likes to explain what he finds.",
        (Shift((0, 2, 3, 4), (("08:00", "12:00"), ("15:00", "20:00"))), Shift((5,), (("09:00", "14:00"),))),
        True,
    ),
    (
        "Tess Okafor",
        "tess@stillwater.example",
        "#3f5f78",
        "Gentle, precise work for necks and shoulders. In the practice every morning.",
        (Shift((0, 1, 2, 3, 4), (("08:00", "13:00"),)),),
        False,
    ),
)


def create_practice() -> Practice:
    """Make the practice, its rooms, price list, therapists, owner and reminder rules. The catalogue must be loaded."""
    practice = Practice.current()
    practice.name, practice.street, practice.city = "Stillwater Massage", "Lindenweg 4", "10115 Berlin"
    practice.phone, practice.email = "+49 30 5550 101", "hello@stillwater.example"
    practice.directions = "Through the courtyard, first floor on the left. The bell says Stillwater."
    practice.confirmation_delay_minutes = 0  # a newcomer sees mail at once
    practice.second_factor_required = False
    # A newcomer who books in the evening should see the mail in the evening.
    practice.quiet_from = practice.quiet_until = dt.time(0, 0)
    practice.save()
    Room.objects.bulk_create([Room(name="Garden room", position=1), Room(name="Quiet room", position=2)])
    StoneKit.objects.create(name="Basalt stones", position=1)
    services = [
        Service.objects.create(
            slug=slug,
            name=name,
            technique=Technique.objects.get(slug=technique),
            minutes=minutes,
            price=Decimal(price),
            needs_kit=kit,
            kit_buffer_after=30 if kit else 0,
            buffer_after=15 if minutes > 30 else 5,
            description=text,
            position=place,
        )
        for place, (slug, name, technique, minutes, price, kit, text) in enumerate(DEMO_SERVICES)
    ]
    create_add_ons([each for each in services if not each.needs_kit and each.minutes > 30])
    create_therapists(services)
    User.objects.create_superuser(SIGN_INS[0][0], PASSWORD, name="Olga Brandt")
    ensure_default_rules()
    return practice


def create_therapists(services: list[Service]) -> None:
    """The three therapists with their sign-ins, what they perform and when they work."""
    for place, (name, email, colour, about, shifts, stones) in enumerate(DEMO_THERAPISTS):
        therapist = Therapist.objects.create(
            name=name,
            about=about,
            colour=colour,
            position=place,
            user=User.objects.create_user(email, PASSWORD, name=name),
        )
        therapist.services.set(each for each in services if stones or not each.needs_kit)
        WorkingHours.objects.bulk_create(
            WorkingHours(
                therapist=therapist, weekday=day, starts=dt.time.fromisoformat(begin), ends=dt.time.fromisoformat(end)
            )
            for shift in shifts
            for day in shift.days
            for begin, end in shift.ranges
        )


def create_add_ons(services: list[Service]) -> None:
    """Something small to add to these services; the stones share the kit and its safety question."""
    for place, (slug, name, minutes, price, technique, text) in enumerate(DEMO_ADD_ONS):
        AddOn.objects.create(
            slug=slug,
            name=name,
            description=text,
            minutes=minutes,
            price=Decimal(price),
            technique=Technique.objects.get(slug=technique) if technique else None,
            needs_kit=bool(technique),
            kit_buffer_after=30 if technique else 0,
            position=place,
        ).services.set(services)
