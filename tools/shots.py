"""`make shots`: screenshots of the main pages into docs/screens/, from a demo practice of their own under var/shots.

`--all` takes every page on phone and desktop, light and dark, into var/shots/all instead: for looking through.
"""

import argparse
import email
import email.policy
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.browser import find_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "shots"
SCREENS = ROOT / "docs" / "screens"
SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1280, 860)}
SCHEMES = ("light", "dark")
COMES_UP_SECONDS = 180
MAIL_COMES_SECONDS = 90
STAFF = {"mira": "mira@stillwater.example", "owner": "owner@stillwater.example"}
PASSWORD = "warm-stones-demo"  # noqa: S105 - printed by every demo


@dataclass(frozen=True)
class Places:
    """Addresses that only the database knows."""

    site: str
    care: str
    intake: str
    day: str
    appointment: str
    client: str
    file: str


@dataclass(frozen=True)
class Scene:
    """One page and the way to it. `who` signs in first; `chosen` are the pictures that documents show."""

    name: str
    go: Callable[["Page", Places], object]
    chosen: tuple[str, ...] = ()
    who: str = ""


def to_safety(page: "Page", places: Places) -> None:
    """From the first page by a free hot-stone time to the safety question."""
    page.goto(places.site)
    page.get_by_role("list", name=re.compile("Hot stone")).get_by_role("link").first.click()
    page.get_by_role("heading", name="Is it safe for you?").wait_for()


def to_refusal(page: "Page", places: Places) -> None:
    """Hot stones with a medicine patch: refused, with a massage at the same time."""
    to_safety(page, places)
    page.locator("label", has_text="To relax").click()
    page.locator("label", has_text="Do you take medicines").click()
    page.locator("label", has_text="patch").last.click()
    page.locator("main button[type=submit]").first.click()
    page.get_by_role("link", name=re.compile("Take this at the same time|See free times")).wait_for()


def to_times(page: "Page", places: Places) -> None:
    """The month of free times of a regular massage."""
    page.goto(f"{places.site}/book/")
    page.get_by_role("link", name=re.compile("60 minutes.*Regular")).click()
    page.get_by_role("button", name="Continue").click()  # nothing added
    page.locator("label", has_text="To relax").click()
    page.locator("main button[type=submit]").first.click()
    page.get_by_role("heading", name="When would you like to come?").wait_for()


def to_details(page: "Page", places: Places) -> None:
    """Who is coming."""
    to_times(page, places)
    page.locator(".day-times a").first.click()
    page.get_by_role("heading", name="Who is coming?").wait_for()


def to_mail(page: "Page", places: Places) -> None:
    """The confirmation of a booking, as a mail program shows it."""
    to_details(page, places)
    asked = time.time()
    typed = {"First name": "Lea", "Last name": "Sommer", "E-mail": "lea@example.org", "Phone": "503 555 0140"}
    for label, text in typed.items():
        page.get_by_label(label).first.fill(text)
    page.locator("label", has_text="I accept the booking policy").click()
    page.get_by_role("button", name="Book this appointment").click()
    mail = page_of_mail("confirmation", asked)
    page.goto("about:blank")  # the site's own policy would keep the mail from its looks
    page.set_content(mail)


def page_of_mail(kind: str, since: float) -> str:
    """The page inside the newest mail of a kind that was written since, waited for: the worker sends it."""
    deadline = time.monotonic() + MAIL_COMES_SECONDS
    while time.monotonic() < deadline:
        for path in (FOLDER / "mail").glob(f"*-{kind}-*.eml"):
            if path.stat().st_mtime >= since:
                body = email.message_from_bytes(path.read_bytes(), policy=email.policy.default).get_body(("html",))
                if body is not None:
                    return str(body.get_content())
        time.sleep(0.2)
    sys.exit(f"No mail of the kind {kind} came.")


def to_me(page: "Page", places: Places) -> None:
    """A returning client's own page, by the code from the mail that the demo wrote as a file."""
    page.goto(f"{places.site}/me/")
    page.locator("[name=email]").fill(places.client)
    asked = time.time()
    page.get_by_role("button", name="Send me a code").click()
    page.locator("[name=code]").fill(code_mailed(asked))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name=re.compile("Good to see you")).wait_for()


def code_mailed(since: float) -> str:
    """The code in the newest sign-in mail that was written since, waited for: the worker sends it."""
    deadline = time.monotonic() + MAIL_COMES_SECONDS
    while time.monotonic() < deadline:
        for path in (FOLDER / "mail").glob("*sign-in*"):
            found = re.search(r"^\s+(\d{4} \d{4})\s*$", path.read_text("utf-8"), re.MULTILINE)
            if found and path.stat().st_mtime >= since:
                return found[1]
        time.sleep(0.2)
    sys.exit("No mail with a code came.")


# A point of the drawn day where no card lies, from the middle of what is seen downwards.
EMPTY_POINT = """() => {
  const box = document.querySelector(".ec-main").getBoundingClientRect();
  const x = box.left + box.width * 0.3;
  for (let y = box.top + 300; y < innerHeight - 20; y += 15) {
    const it = document.elementFromPoint(x, y);
    if (it && it.closest(".ec-main") && !it.closest(".ec-event:not(.ec-bg-event)")) return [x, y];
  }
  return [x, innerHeight - 30];
}"""


def to_panel(page: "Page", places: Places) -> None:
    """The panel of booking, opened by a tap on an empty time of the day."""
    page.goto(places.day)
    page.locator(".ec-main").wait_for()
    page.mouse.click(*page.evaluate(EMPTY_POINT))
    page.locator("dialog[open] form").first.wait_for()


def to_hours(page: "Page", places: Places) -> None:
    """The painted week of the first therapist."""
    page.goto(f"{places.site}/desk/settings/team/")
    page.locator("main a[href*='/hours/']").first.click()
    page.get_by_role("heading", level=1).wait_for()


def to_chart(page: "Page", places: Places) -> None:
    """The body chart with two marks."""
    page.goto(places.intake)
    page.get_by_role("link", name=re.compile("Begin|Continue")).click()
    page.goto(re.sub(r"[^/]+/$", "where/", page.url))
    for area in ("lower-back", "upper-back"):
        page.locator(f"figure[data-view=back] [data-area^='{area}']").first.click()
    page.locator("figure[data-view=back]").scroll_into_view_if_needed()
    page.mouse.move(0, 0)


SCENES = (
    Scene("home", lambda page, places: page.goto(places.site), ("desktop-light",)),
    Scene("safety", to_safety, ("phone-light",)),
    Scene("refusal", to_refusal, ("phone-light",)),
    Scene("times", to_times, ("phone-light",)),
    Scene("details", to_details),
    Scene("mail", to_mail, ("phone-light",)),
    Scene("body-chart", to_chart, ("phone-dark",)),
    Scene("care-plan", lambda page, places: page.goto(places.care), ("phone-light",)),
    Scene("me", to_me, ("phone-light",)),
    Scene("desk-day", lambda page, places: page.goto(places.day), ("desktop-light",), "mira"),
    Scene("desk-week", lambda page, places: page.goto(f"{places.site}/desk/week/"), ("desktop-dark",), "mira"),
    Scene("desk-panel", to_panel, ("desktop-light",), "mira"),
    Scene("desk-next-free", lambda page, places: page.goto(f"{places.site}/desk/next-free/"), (), "mira"),
    Scene("desk-session", lambda page, places: page.goto(places.appointment), ("tablet-light", "desktop-dark"), "mira"),
    Scene("desk-payment", lambda page, places: page.goto(f"{places.appointment}payment/"), (), "mira"),
    Scene("desk-book", lambda page, places: page.goto(f"{places.site}/desk/book/"), (), "mira"),
    Scene("desk-client", lambda page, places: page.goto(places.file), ("desktop-light",), "mira"),
    Scene("desk-client-health", lambda page, places: page.goto(f"{places.file}health/"), (), "mira"),
    Scene("desk-reports", lambda page, places: page.goto(f"{places.site}/desk/reports/"), ("desktop-light",), "owner"),
    Scene("desk-settings", lambda page, places: page.goto(f"{places.site}/desk/settings/"), (), "owner"),
    Scene("desk-hours", to_hours, ("desktop-light",), "owner"),
    Scene("admin", lambda page, places: page.goto(f"{places.site}/admin/"), (), "owner"),
    Scene(
        "admin-oil",
        lambda page, places: page.goto(f"{places.site}/admin/clients/catalogueedit/oils/peppermint/"),
        ("desktop-light",),
        "owner",
    ),
)


@contextmanager
def demo() -> Iterator[str]:
    """A demo on a free port, seeded anew; yields its address and ends it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    log = FOLDER / "demo.log"
    with log.open("w") as output:
        command = [sys.executable, "manage.py", "demo", "--port", str(port)]
        running = subprocess.Popen(command, cwd=ROOT, env={**os.environ}, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + COMES_UP_SECONDS
        while "Warmstone is ready" not in log.read_text():
            if running.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"The demo does not come up:\n{log.read_text()}")
            time.sleep(0.2)
        yield f"http://localhost:{port}"
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(30)


def places_of(site: str) -> Places:
    """Find a coming appointment of a client whose plan left something out, its day and plan, and an open intake."""
    import datetime as dt

    import django

    django.setup()
    from django.utils import timezone

    from booking.models import Appointment
    from clients.intake.actions import request_intake
    from clients.models import CarePlan
    from clinic.models import LinkPurpose, Practice
    from clinic.web.links import mint_link

    day = dt.timedelta(days=1)
    appointments = Appointment.objects.filter(starts_at__gt=timezone.now() + day, therapist__user__email=STAFF["mira"])
    appointment = appointments.filter(client__plans__items__state="withheld").order_by("starts_at").first()
    if appointment is None:
        sys.exit("The demo practice has no coming appointment of a client whose plan left something out.")
    plan = (
        CarePlan.objects.filter(client=appointment.client, items__state="withheld")
        .order_by("made_at", "pk")
        .distinct()[0]
    )
    asked = request_intake(appointment.client, technique_slug=appointment.service.technique)
    local = appointment.starts_at.astimezone(Practice.current().zone).date()
    return Places(
        site=site,
        care=f"{site}/care/{mint_link(purpose=LinkPurpose.CARE, subject=plan.public_id, lasts=day)}/",
        intake=f"{site}/intake/{mint_link(purpose=LinkPurpose.INTAKE, subject=asked.public_id, lasts=day)}/",
        day=f"{site}/desk/?day={local}&who=all",
        appointment=f"{site}/desk/appointments/{appointment.public_id}/",
        client=appointment.client.email,
        file=f"{site}/desk/clients/{appointment.client.public_id}/",
    )


def take(browser: "Browser", scene: Scene, places: Places, look: str, folder: Path) -> Path:
    """One picture of one page in one look, such as `phone-dark`."""
    size, scheme = look.split("-")
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
    )
    page = context.new_page()
    if scene.who:
        page.goto(f"{places.site}/accounts/login/")
        page.locator("[name=login]").fill(STAFF[scene.who])
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile("/desk/"))
    scene.go(page, places)
    page.wait_for_load_state("networkidle")
    path = folder / f"{scene.name}-{look}.png"
    page.screenshot(path=path, animations="disabled")
    context.close()
    return path


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every page in every look, into var/shots/all")
    every = parser.parse_args().all
    os.environ.update(DATA_DIR=str(FOLDER), DJANGO_SETTINGS_MODULE="clinic.settings")
    program = find_browser()
    if program is None:
        sys.exit("Screenshots need Chromium, which is not installed.")
    from playwright.sync_api import sync_playwright

    with demo() as site:
        folder = FOLDER / "all" if every else SCREENS
        folder.mkdir(parents=True, exist_ok=True)
        places = places_of(site)
        with sync_playwright() as playwright:
            sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = playwright.chromium.launch(executable_path=program, args=sandbox)
            looks = tuple(f"{size}-{scheme}" for size in SIZES for scheme in SCHEMES)
            for scene in SCENES:
                for look in looks if every else scene.chosen:
                    path = take(browser, scene, places, look, folder)
                    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB", flush=True)
            browser.close()


if __name__ == "__main__":
    main()
