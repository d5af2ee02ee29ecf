"""The demo practice itself: rooms, price list, people who work there."""

import datetime as dt
from decimal import Decimal

from booking.demo.pictures import add_pictures
from booking.demo.story import demo_story
from booking.models import AddOn, Room, Service, StoneKit, Therapist, WorkingHours
from booking.reminders.rules import ensure_default_rules
from clinic.accounts.roles import give_role
from clinic.models import CoveredEntity, LegalDetails, Practice, User
from clinic.models.invitation import Role

# Known to everyone who reads this file: the demo listens on this machine only.
PASSWORD = "warm-stones-demo"  # noqa: S105
SIGN_INS = (
    ("owner@stillwater.example", "Olga Brandt, owner: desk and admin"),
    ("mira@stillwater.example", "Mira Feld, therapist, every weekday"),
    ("jonas@stillwater.example", "Jonas Weber, therapist with a split day"),
    ("tess@stillwater.example", "Tess Okafor, therapist in the mornings, no hot stone"),
    ("front@stillwater.example", "Ruth Amsel, front desk: calendar, clients and money, no health answers"),
)


def create_practice() -> Practice:
    """Make the practice, its rooms, price list, therapists, owner, front desk and reminder rules."""
    practice = Practice.current()
    practice.name, practice.street, practice.city = "Stillwater Massage", "418 SE Alder Street", "Portland, OR 97214"
    practice.phone, practice.email = "+1 503 555 0101", "hello@stillwater.example"
    # In the US all of the seeds' advice can be met: no law keeps an oil back.
    practice.country, practice.time_zone, practice.currency = "US", "America/Los_Angeles", "USD"
    practice.tagline = "Massage by hand and with warm stones, a few steps from the river."
    practice.directions = "Through the courtyard and up the stairs. The bell says Stillwater. Bus 15 stops outside."
    practice.latitude, practice.longitude = Decimal("45.518120"), Decimal("-122.660930")
    practice.tax_number = "EIN 93-1047720"
    practice.confirmation_delay_minutes = 0  # a newcomer sees mail at once
    practice.second_factor_required = False
    # A newcomer who books in the evening should see the mail in the evening.
    practice.quiet_from = practice.quiet_until = dt.time(0, 0)
    # A practice that runs: the list of the set-up has nothing to ask.
    practice.set_up_aside = ["mail", "policy", "consent", "legal", "look", "import", "backup"]
    practice.save()
    LegalDetails.objects.create(
        operator="Olga Brandt", legal_form="LLC", covered_entity=CoveredEntity.NO, processors="Our bookkeeper, Portland"
    )
    Room.objects.bulk_create([Room(name="Garden room", position=1), Room(name="Quiet room", position=2)])
    StoneKit.objects.create(name="Basalt stones", position=1)
    services = [
        Service.objects.create(
            **each.model_dump(),
            kit_buffer_after=30 if each.needs_kit else 0,
            buffer_after=15 if each.minutes > 30 else 5,
            position=place,
        )
        for place, each in enumerate(demo_story().services)
    ]
    create_add_ons([each for each in services if not each.needs_kit and each.minutes > 30])
    create_therapists(services)
    add_pictures()
    User.objects.create_superuser(SIGN_INS[0][0], PASSWORD, name="Olga Brandt")
    give_role(User.objects.create_user(SIGN_INS[-1][0], PASSWORD, name="Ruth Amsel"), Role.FRONT_DESK)
    ensure_default_rules()
    return practice


def create_therapists(services: list[Service]) -> None:
    """The three therapists with their sign-ins, what they perform and when they work."""
    for place, person in enumerate(demo_story().therapists):
        therapist = Therapist.objects.create(
            **person.model_dump(include={"name", "about", "good_at", "languages", "colour"}),
            position=place,
            user=User.objects.create_user(person.email, PASSWORD, name=person.name),
        )
        therapist.services.set(each for each in services if person.hot_stone or not each.needs_kit)
        WorkingHours.objects.bulk_create(
            WorkingHours(therapist=therapist, weekday=day, starts=begin, ends=end)
            for shift in person.hours
            for day in shift.days
            for begin, end in shift.ranges
        )


def create_add_ons(services: list[Service]) -> None:
    """Something small to add to these services; the stones share the kit and its safety question."""
    for place, each in enumerate(demo_story().add_ons):
        AddOn.objects.create(
            **each.model_dump(),
            needs_kit=bool(each.technique),
            kit_buffer_after=30 if each.technique else 0,
            position=place,
        ).services.set(services)
