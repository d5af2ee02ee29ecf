"""A visitor's way through the booking pages, in the few words that the tests use."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from booking.appointments.selection import Selection
from booking.models import Appointment, Service, Therapist
from tests.fixtures.browser import Browser

NORA = {
    "first_name": "Nora",
    "last_name": "Vale",
    "email": "nora@example.org",
    "phone": "+49 30 123 456",
    "policy": "on",
}


@dataclass
class Visitor:
    """Somebody with a browser: their cookies, and every address that they were sent to."""

    client: Browser
    addresses: list[str] = field(default_factory=list)

    def get(self, address: str) -> Any:
        """Open an address, following no redirect."""
        return self._remember(self.client.get(address))

    def post(self, address: str, data: Mapping[str, object]) -> Any:
        """Send a form, following no redirect."""
        return self._remember(self.client.post(address, dict(data)))

    def follow(self, response: Any) -> Any:
        """The page at the end of the redirects."""
        while response.status_code in {301, 302, 303}:
            response = self.get(response["Location"])
        return response

    def answers(
        self,
        service: Service,
        *conditions: str,
        red_flags: tuple[str, ...] = (),
        chosen: Selection | None = None,
        also: Mapping[str, object] | None = None,
        **more: object,
    ) -> Any:
        """Answer the safety question; with nothing ticked, to relax and "none of these"."""
        data: dict[str, object] = {"comes": "relax", "conditions": list(conditions), "red_flags": list(red_flags)}
        data |= {**more, **(also or {})}
        if "pregnancy" in conditions:
            data.setdefault("weeks", "20")
        return self.post(f"/book/{service.slug}/{(chosen or Selection(service)).query()}", data)

    def key(self, page: Any) -> str:
        """The hidden key of a details page."""
        found = re.search(r'name="key" value="([0-9a-f-]{36})"', page.content.decode())
        assert found is not None, "no key on this page"
        return found[1]

    def books(self, service: Service, start: dt.datetime, therapist: Therapist | None = None, /, **typed: str) -> Any:
        """Fill the details for a time and send them."""
        address = f"/book/{service.slug}/details/{Selection(service, start, therapist).query()}"
        key = self.key(self.get(address)) if "key" not in typed else typed["key"]
        return self.post(address, {**NORA, "key": key, **typed})

    def has_booked(self, service: Service, start: dt.datetime, **typed: str) -> Appointment:
        """Answer, book, and return the appointment."""
        self.answers(service)
        page = self.follow(self.books(service, start, **typed))
        assert page.status_code == 200
        return Appointment.objects.get(public_id=self.addresses[-1].rstrip("/").rpartition("/")[2])

    def _remember(self, response: Any) -> Any:
        query = response.request["QUERY_STRING"]
        if "Location" in response:
            self.addresses.append(response["Location"])
        self.addresses.append(response.request["PATH_INFO"] + (f"?{query}" if query else ""))
        return response


def page_text(page: Any) -> str:
    """The text of a page as a person reads it: no tags, single spaces."""
    main = page.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("&#x27;", "'").split())


def database() -> dict[str, str]:
    """What stands in every table, as one hash each: equal before and after means that nothing was written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(
                f"SELECT coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), '') FROM \"{table}\" t"
            )
            found[table] = cursor.fetchone()[0]
    return found
