"""The practice as machines read it (schema.org, JSON-LD), on its first page."""

import json
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from booking.models import Service
from booking.website.opening_hours import OpenDays, as_time
from clinic.models import Practice
from clinic.pictures.shown import ShownPictures

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# So that no text in it, whoever typed it, ends the element or begins another.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def business_data(
    practice: Practice, services: list[Service], days: list[OpenDays], pictures: ShownPictures
) -> dict[str, Any]:
    """The practice as a `HealthAndBeautyBusiness`; what is not known is left out."""
    address = {"streetAddress": practice.street, "addressLocality": practice.city, "addressCountry": practice.country}
    image = pictures.wide or pictures.logo
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "HealthAndBeautyBusiness",
        "@id": f"{settings.SITE_URL}/#practice",
        "name": practice.name,
        "description": practice.tagline,
        "url": f"{settings.SITE_URL}/",
        "telephone": practice.phone,
        "email": practice.email,
        "image": settings.SITE_URL + image.fallback.url if image else "",
        "logo": settings.SITE_URL + pictures.logo.fallback.url if pictures.logo else "",
        "priceRange": price_range([service.price for service in services], practice.currency),
        "currenciesAccepted": practice.currency,
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": [f"https://schema.org/{DAYS[weekday]}" for weekday in each.weekdays],
                "opens": f"{as_time(opens):%H:%M}",
                "closes": f"{as_time(closes):%H:%M}",
            }
            for each in days
            for opens, closes in each.ranges
        ],
    }
    if practice.address:
        found["address"] = {"@type": "PostalAddress", **{key: value for key, value in address.items() if value}}
    if practice.latitude is not None and practice.longitude is not None:
        place = {"latitude": float(practice.latitude), "longitude": float(practice.longitude)}
        found["geo"] = {"@type": "GeoCoordinates", **place}
    return {key: value for key, value in found.items() if value}


def price_range(prices: list[Decimal], currency: str) -> str:
    """From the lowest price to the highest; empty without any."""
    if not prices:
        return ""
    low, high = (f"{each.normalize():f}" for each in (min(prices), max(prices)))
    return f"{low} {currency}" if low == high else f"{low}-{high} {currency}"


def as_script(data: dict[str, Any]) -> SafeString:
    """Data to stand within a script element. The content policy asks nothing of it: it is no program."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(ESCAPES))  # noqa: S308 - escaped above
