"""The main pages of the product, by name, for tests that look at every one of them; and who opens them."""

import datetime as dt
from dataclasses import dataclass

from playwright.sync_api import Page

from booking.models import AddOn, Appointment
from booking.visit_links import mint_visit
from clients.actions import ask_for_intake, submit_intake
from clients.models import Client
from clinic.links import mint
from clinic.models import LinkPurpose
from tests.browser.story import walk
from tests.clients.steps import fill
from tests.fixtures.cast import House

A_DAY = dt.timedelta(days=1)
CLIENT_PAGES = (
    "home",
    "services",
    "add-ons",
    "safety",
    "not-suitable",
    "times",
    "details",
    "visit",
    "move",
    "cancel",
    "intake",
    "care",
    "advice",
    "sign-in",
    "code-by-mail",
)
DESK_PAGES = (
    "desk/",
    "desk/week/",
    "desk/book/",
    "desk/clients/",
    "desk/messages/",
    "desk/time-off/",
    "visit-at-the-desk",
    "file-at-the-desk",
)
OWNER_PAGES = ("admin/",)


@dataclass(frozen=True)
class World:
    """A practice with one visit ahead, whose client has a plan and is asked for another intake."""

    site: str
    visit: Appointment
    visit_token: str
    intake_token: str
    care_token: str

    @property
    def client(self) -> Client:
        """Whose visit it is."""
        return self.visit.client


def world(site: str, house: House) -> World:
    """Furnish the practice for a look at every page."""
    walk.let_staff_sign_in()
    visit = house.visit(house.at(10))
    AddOn.objects.create(slug="hot-towel", name="Hot towel", price=5).services.set([house.regular_90])
    plan = submit_intake(fill(ask_for_intake(house.ana, technique_slug="regular-massage"))).plans.get()
    asked = ask_for_intake(house.ben, technique_slug="hot-stone")
    return World(
        site=site,
        visit=visit,
        visit_token=mint_visit(visit),
        intake_token=mint(purpose=LinkPurpose.INTAKE, subject=asked.public_id, lasts=A_DAY),
        care_token=mint(purpose=LinkPurpose.CARE, subject=plan.public_id, lasts=A_DAY),
    )


def open_page(page: Page, name: str, world: World) -> None:
    """Open a main page as its person would find it."""
    known = {
        "home": "",
        "services": "book/",
        "add-ons": "book/regular-90/add-ons/?add_ons=hot-towel",
        "safety": "book/hot-stone-90/",
        "visit": f"visit/{world.visit_token}/",
        "intake": f"intake/{world.intake_token}/",
        "care": f"care/{world.care_token}/",
        "advice": "how-we-advise/",
        "sign-in": "accounts/login/",
        "code-by-mail": "me/sign-in/",
        "visit-at-the-desk": f"desk/visits/{world.visit.public_id}/",
        "file-at-the-desk": f"desk/clients/{world.client.public_id}/",
    }
    if name in {"move", "cancel"}:
        page.goto(f"{world.site}/visit/{world.visit_token}/")
        page.goto(f"{world.site}/visit/{world.visit.public_id}/{name}/")
    elif name == "not-suitable":
        page.goto(f"{world.site}/book/hot-stone-90/")
        walk.tick(page, "Do you wear a medicine patch")
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("heading", name="Why", exact=True).wait_for()
    elif name in {"times", "details"}:
        page.goto(f"{world.site}/book/regular-60/")
        walk.say_none_is_true(page)
        walk.heading(page, "When would you like to come?")
        if name == "details":
            page.locator(".day-times a").first.click()
            walk.heading(page, "Who is coming?")
    else:
        page.goto(f"{world.site}/{known.get(name, name)}")
