"""Files as nine programs export them, with made-up people: headings, encodings, separators and dates differ."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "corpus" / "imports"


@dataclass(frozen=True)
class VendorFile:
    """A file of clients: how it is written, and how dates must be told where it leaves them open."""

    vendor: str
    encoding: str
    dates: str = ""

    @property
    def name(self) -> str:
        """What the file is called."""
        return f"{self.vendor.lower()}-clients.csv"

    @property
    def content(self) -> bytes:
        """Its bytes: kept as UTF-8 to be read in a diff, sent as the program writes them."""
        return (FOLDER / self.name).read_text(encoding="utf-8").encode(self.encoding)


CLIENT_FILES = (
    VendorFile("Square", "utf-8"),
    VendorFile("MassageBook", "utf-8-sig"),
    VendorFile("Jane", "utf-8"),
    VendorFile("Acuity", "utf-8"),
    VendorFile("Cliniko", "utf-8"),
    VendorFile("ClinicSense", "cp1252"),
    VendorFile("Noterro", "utf-8"),
    VendorFile("Vagaro", "utf-16"),
    VendorFile("Fresha", "utf-8-sig"),
)

# Of each program: its heading, and a line whose {...} are the moment in its own way of writing.
APPOINTMENT_SHAPES: dict[str, tuple[str, str]] = {
    "Square": (
        "Start,End,Service,Staff Member,Client,Client Email,Client Phone,Status,Client Note",
        (
            "{start:%Y-%m-%d %H:%M},{end:%Y-%m-%d %H:%M},Regular massage,Mira Feld,Rosa Keller,rosa@example.org,"
            "+49 30 5550 120,accepted,Rings the bell"
        ),
    ),
    "MassageBook": (
        (
            "Appointment Date,Appointment Time,Length,Service Name,Provider,Client Name,Client Email,Client Phone,"
            "Appointment Status"
        ),
        (
            "{start:%m/%d/%Y},{start:%I:%M %p},60 min,Regular massage,Mira Feld,Rosa Keller,rosa@example.org,"
            "030 5550 120,Confirmed"
        ),
    ),
    "Jane": (
        (
            "Start At,End At,Treatment Name,Staff Member Name,Patient First Name,Patient Last Name,Patient Email,"
            "Patient Phone,State"
        ),
        (
            "{start:%Y-%m-%dT%H:%M:%S%z},{end:%Y-%m-%dT%H:%M:%S%z},Regular massage,Mira Feld,Rosa,Keller,"
            "rosa@example.org,030 5550 120,booked"
        ),
    ),
    "Acuity": (
        "Start Time,End Time,First Name,Last Name,Phone,Email,Type,Calendar,Appointment Price,Date Scheduled",
        (
            '"{start:%B %d, %Y %I:%M %p}","{end:%B %d, %Y %I:%M %p}",Rosa,Keller,\'+49305550120,rosa@example.org,'
            "Regular massage,Mira Feld,72.00,2026-01-05"
        ),
    ),
    "Cliniko": (
        "Appointment Start,Appointment End,Appointment Type,Practitioner,Patient,Patient Email,Appointment Status",
        "{start:%d %b %Y %H:%M},{end:%d %b %Y %H:%M},Regular massage,Mira Feld,Rosa Keller,rosa@example.org,Booked",
    ),
    "ClinicSense": (
        "Date,Start Time,Duration (min),Service,Practitioner,Client,Client Email,Status",
        "{start:%Y-%m-%d},{start:%I:%M %p},60,Regular massage,Mira Feld,Rosa Keller,rosa@example.org,Booked",
    ),
    "Noterro": (
        "Date,Time,Duration,Service,Therapist,Client Name,Email Address,Status",
        "{start:%Y-%m-%d},{start:%H:%M},60,Regular massage,Mira Feld,Rosa Keller,rosa@example.org,Scheduled",
    ),
    "Vagaro": (
        "Appointment Date,Start Time,Duration,Service,Service Provider,Customer,Customer Email,Customer Mobile,Status",
        (
            "{start:%b %d %Y},{start:%I:%M %p},60,Regular massage,Mira Feld,Rosa Keller,rosa@example.org,030 5550 120,"
            "Accepted"
        ),
    ),
    "Fresha": (
        (
            "Appointment reference,Client,Client email,Client mobile,Scheduled date,Scheduled time,Duration,Services,"
            "Team member,Status"
        ),
        (
            "#A1,Rosa Keller,rosa@example.org,030 5550 120,{start:%d %b %Y},{start:%H:%M},1h,Regular massage,"
            "Mira Feld,Confirmed"
        ),
    ),
}


def appointment_file(vendor: str, start: dt.datetime) -> bytes:
    """A file with one appointment of an hour that begins at a moment with its zone."""
    heading, line = APPOINTMENT_SHAPES[vendor]
    end = start + dt.timedelta(hours=1)
    return f"{heading}\r\n{line.format(start=start, end=end)}\r\n".encode()
