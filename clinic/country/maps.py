"""The link beside the practice's address. Nothing of a map is loaded until somebody taps it."""

from decimal import Decimal
from urllib.parse import urlencode

from django.db import models
from django.utils.translation import gettext_lazy as _

OPENSTREETMAP = "https://www.openstreetmap.org"


class MapLink(models.TextChoices):
    """Where the link beside the address leads."""

    OPENSTREETMAP = "openstreetmap", _("OpenStreetMap in the browser")
    GEO = "geo", _("the map program of the phone")
    NONE = "none", _("no link")


def map_address(way: MapLink, address: str, latitude: Decimal | None, longitude: Decimal | None) -> str:
    """Where a map shows a place, by its coordinates (degrees) or its address; empty where there is neither.

    `geo:` is RFC 5870; telephones open their own map program with it.
    """
    if way == MapLink.NONE:
        return ""
    if latitude is not None and longitude is not None:
        if way == MapLink.GEO:
            return f"geo:{latitude},{longitude}"
        return f"{OPENSTREETMAP}/?mlat={latitude}&mlon={longitude}#map=18/{latitude}/{longitude}"
    if not address:
        return ""
    if way == MapLink.GEO:
        return f"geo:0,0?{urlencode({'q': address})}"
    return f"{OPENSTREETMAP}/search?{urlencode({'query': address})}"
