"""The main pages of the product, by name, for tests that look at every one of them; and who opens them."""

import datetime as dt
import re
from dataclasses import dataclass

from playwright.sync_api import Page

from booking.appointments.links import mint_appointment_link
from booking.models import AddOn, Appointment
from clients.intake.actions import request_intake, submit_intake
from clients.models import Client
from clinic.models import LinkPurpose
from clinic.web.links import mint_link
from tests.browser.story import walk
from tests.clients.steps import fill
from tests.fixtures.cast import Cast

A_DAY = dt.timedelta(days=1)
CLIENT_PAGES = (
    "home",
    "services",
    "add-ons",
    "safety",
    "not-suitable",
    "times",
    "details",
    "appointment",
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
    "desk/blocked/",
    "desk/private-calendars/",
    "desk/private-calendars/account/",
    "appointment-at-the-desk",
    "file-at-the-desk",
)
OWNER_PAGES = ("admin/",)


@dataclass(frozen=True)
class SitePages:
    """A practice with one appointment ahead, whose client has a plan and is asked for another intake."""

    site: str
    appointment: Appointment
    appointment_token: str
    intake_token: str
    care_token: str

    @property
    def client(self) -> Client:
        """Whose appointment it is."""
        return self.appointment.client


def world(site: str, cast: Cast) -> SitePages:
    """Furnish the practice for a look at every page."""
    walk.let_staff_sign_in()
    appointment = cast.appointment(cast.at(10))
    AddOn.objects.create(slug="hot-towel", name="Hot towel", price=5).services.set([cast.regular_90])
    plan = submit_intake(fill(request_intake(cast.ana, technique_slug="regular-massage"))).plans.get()
    asked = request_intake(cast.ben, technique_slug="hot-stone")
    return SitePages(
        site=site,
        appointment=appointment,
        appointment_token=mint_appointment_link(appointment),
        intake_token=mint_link(purpose=LinkPurpose.INTAKE, subject=asked.public_id, lasts=A_DAY),
        care_token=mint_link(purpose=LinkPurpose.CARE, subject=plan.public_id, lasts=A_DAY),
    )


def open_page(page: Page, name: str, world: SitePages) -> None:
    """Open a main page as its person would find it."""
    known = {
        "home": "",
        "services": "book/",
        "add-ons": "book/regular-90/add-ons/?add_ons=hot-towel",
        "safety": "book/hot-stone-90/",
        "appointment": f"appointment/{world.appointment_token}/",
        "intake": f"intake/{world.intake_token}/",
        "care": f"care/{world.care_token}/",
        "advice": "how-we-advise/",
        "sign-in": "accounts/login/",
        "code-by-mail": "me/sign-in/",
        "appointment-at-the-desk": f"desk/appointments/{world.appointment.public_id}/",
        "file-at-the-desk": f"desk/clients/{world.client.public_id}/",
    }
    if name in {"move", "cancel"}:
        page.goto(f"{world.site}/appointment/{world.appointment_token}/")
        page.goto(f"{world.site}/appointment/{world.appointment.public_id}/{name}/")
    elif name == "not-suitable":
        page.goto(f"{world.site}/book/hot-stone-90/")
        page.get_by_text("To relax", exact=True).click()
        walk.tick(page, "Do you take medicines")
        walk.tick(page, "Do you wear a medicine patch")
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("heading", name="Why", exact=True).wait_for()
    elif name in {"times", "details"}:
        page.goto(f"{world.site}/book/regular-60/")
        # Or to confirm what was answered on a page before: then why they come is not asked again.
        if page.get_by_text("To relax", exact=True).count():
            page.get_by_text("To relax", exact=True).click()
        page.get_by_role("button", name=re.compile("show me times")).click()
        walk.heading(page, "When would you like to come?")
        if name == "details":
            page.locator(".day-times a").first.click()
            walk.heading(page, "Who is coming?")
    else:
        page.goto(f"{world.site}/{known.get(name, name)}")
