"""What a client's own words suggest: proposed to them, never taken as said. Their work suggests causes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clients.care import Catalogue
from clients.intake.checks import practice_day
from clients.intake.steps import groups_here

CAUSES_OF_WORK = {
    "sitting": ("computer-work", "long-static-position"),
    "standing": ("long-static-position",),
    "lifting": ("manual-work",),
    "driving": ("driving", "long-static-position"),
    "caring": ("manual-work",),
    "mixed": ("computer-work", "manual-work"),
}
SPINE = re.compile(
    r"\b(spin(e|al)|back|disc|disk|fusion|vertebra\w*|lumbar|cervical|laminectomy|discectomy)\b", re.IGNORECASE
)
LATELY = re.compile(
    r"\b(this (week|month|year)|last (week|month)|(weeks?|months?) ago|caesarean|c-section)\b", re.IGNORECASE
)
LATELY_MEANS = dt.timedelta(days=92)
# The answers in own words that may name a medicine.
TEXTS_READ = ("medicines", "surgery", "other_care")
RECENT_SURGERY, SPINAL_SURGERY = "recent-surgery", "spinal-surgery"


@dataclass(frozen=True)
class Proposal:
    """A condition to confirm, the client's word behind it, and whether it stands ticked until they take it away."""

    condition: str
    word: str
    ticked: bool


def proposals_from(catalogue: Catalogue, *, texts: Mapping[str, str], told: Iterable[str]) -> tuple[Proposal, ...]:
    """What to ask about, in the order of the catalogue; what is told already, or is not asked here, is left out.
    `texts`: what was written, by its question (`TEXTS_READ`): a medicine may be named in any of them."""
    asked = [each.id for group in groups_here(catalogue) for each in group.conditions]
    known = catalogue.index.closure(slug for slug in told if slug in catalogue.index.conditions)
    found = {slug: Proposal(slug, word, ticked=True) for slug, word in classes_named("\n".join(texts.values())).items()}
    found |= {
        slug: Proposal(slug, word, ticked=False) for slug, word in operations_named(texts.get("surgery", "")).items()
    }
    return tuple(found[slug] for slug in asked if slug in found and slug not in known)


def medicines_unconfirmed(texts: Iterable[str], catalogue: Catalogue, told: Iterable[str]) -> dict[str, str]:
    """The classes of medicine that own words name and nobody has ticked, each with the word: the therapist asks."""
    known = catalogue.index.conditions
    ticked = catalogue.index.closure(slug for slug in told if slug in known)
    named = classes_named("\n".join(texts))
    return {known[slug].name: word for slug, word in named.items() if slug in known and slug not in ticked}


def operations_named(text: str) -> dict[str, str]:
    """The operations that a text speaks of, each with its line: one on the spine, or one that may be recent."""
    today = practice_day()
    years = re.compile(rf"\b({today.year}|{(today - LATELY_MEANS).year})\b")
    found: dict[str, str] = {}
    for line in text.splitlines():
        if SPINE.search(line):
            found.setdefault(SPINAL_SURGERY, line.strip())
        if LATELY.search(line) or years.search(line):
            found.setdefault(RECENT_SURGERY, line.strip())
    return found


def causes_of_work(occupation: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The causes that somebody's work suggests, to be offered first."""
    return tuple(slug for slug in CAUSES_OF_WORK.get(occupation, ()) if slug in catalogue.index.causes)


NAMES = {
    "anticoagulants": "warfarin coumadin apixaban eliquis rivaroxaban xarelto dabigatran pradaxa edoxaban lixiana "
    "savaysa heparin enoxaparin lovenox clexane tinzaparin dalteparin fragmin fondaparinux phenprocoumon marcumar",
    "antiplatelet-aspirin": "aspirin clopidogrel plavix ticagrelor brilinta brilique prasugrel efient effient "
    "dipyridamole",
    "strong-painkillers-sedatives": "morphine oxycodone oxycontin percocet hydrocodone vicodin norco tramadol "
    "tapentadol codeine fentanyl buprenorphine methadone hydromorphone tilidine gabapentin neurontin pregabalin lyrica "
    "diazepam valium lorazepam ativan alprazolam xanax clonazepam temazepam zolpidem ambien zopiclone",
    "transdermal-patch": "patch patches",
    "insulin": "insulin lantus humalog novolog novorapid levemir tresiba toujeo humulin dexcom omnipod",
    "steroid-long-term": "prednisone prednisolone methylprednisolone dexamethasone cortisone deflazacort",
    "statin": "atorvastatin lipitor simvastatin zocor rosuvastatin crestor pravastatin fluvastatin pitavastatin "
    "lovastatin",
    "ssri": "sertraline zoloft citalopram celexa escitalopram lexapro cipralex fluoxetine prozac paroxetine paxil "
    "seroxat fluvoxamine venlafaxine effexor duloxetine cymbalta desvenlafaxine",
    "methotrexate": "methotrexate adalimumab humira etanercept enbrel infliximab remicade rituximab tocilizumab "
    "secukinumab cosentyx ustekinumab stelara tofacitinib azathioprine leflunomide ciclosporin cyclosporine tacrolimus "
    "mycophenolate",
    "lithium-diuretic": "lithium furosemide lasix bumetanide torasemide torsemide hydrochlorothiazide hctz "
    "indapamide chlorthalidone spironolactone",
    "nsaid-use": "ibuprofen advil motrin nurofen naproxen aleve diclofenac voltaren meloxicam celecoxib celebrex "
    "etoricoxib indomethacin indometacin ketoprofen",
    "photosensitising-medication": "isotretinoin accutane roaccutane doxycycline minocycline tetracycline amiodarone",
}
# Blood-pressure tablets are known by how they end.
ENDINGS = {"lithium-diuretic": ("pril", "sartan")}
NO_MEDICINES = frozenset({"april", "pril", "sartan"})
WORD = re.compile(r"[^\W\d_]+")


def classes_named(text: str) -> dict[str, str]:
    """The classes of medicine that a text names, each with the word that named it: {"anticoagulants": "Eliquis"}."""
    found: dict[str, str] = {}
    for word in WORD.findall(text):
        plain = word.casefold()
        for condition, names in NAMES.items():
            ends = any(plain.endswith(end) for end in ENDINGS.get(condition, ())) and plain not in NO_MEDICINES
            if ends or plain in names.split():
                found.setdefault(condition, word)
    return found
