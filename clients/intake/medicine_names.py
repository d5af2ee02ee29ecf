"""Common names of medicines, by the condition of the catalogue that asks for their class.

They only propose: a name in the client's own list ticks the class for the client to confirm. Generic names with some
brands of the United States, the United Kingdom and Germany; a name that is missing changes nothing.
"""

import re

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
