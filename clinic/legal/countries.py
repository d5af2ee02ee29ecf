"""Which law a country's notice follows, and who watches over data protection there. A code of ISO 3166-1 in.

The authorities are those of the list of the European Data Protection Board (edpb.europa.eu, "Our members") and, for
other countries, the ones that their acts name. Germany's lands and Canada's provinces have their own: the owner says.
"""

DATA_AUTHORITIES = {
    "AT": "Österreichische Datenschutzbehörde, https://www.dsb.gv.at",
    "AU": "Office of the Australian Information Commissioner, https://www.oaic.gov.au",
    "BE": "Autorité de protection des données, https://www.dataprotectionauthority.be",
    "BG": "Commission for Personal Data Protection, https://www.cpdp.bg",
    "CA": "Office of the Privacy Commissioner of Canada, https://www.priv.gc.ca",
    "CH": "Eidgenössischer Datenschutz- und Öffentlichkeitsbeauftragter, https://www.edoeb.admin.ch",
    "CY": "Commissioner for Personal Data Protection, https://www.dataprotection.gov.cy",
    "CZ": "Úřad pro ochranu osobních údajů, https://www.uoou.gov.cz",
    "DK": "Datatilsynet, https://www.datatilsynet.dk",
    "EE": "Andmekaitse Inspektsioon, https://www.aki.ee",
    "ES": "Agencia Española de Protección de Datos, https://www.aepd.es",
    "FI": "Tietosuojavaltuutetun toimisto, https://www.tietosuoja.fi",
    "FR": "Commission nationale de l’informatique et des libertés, https://www.cnil.fr",
    "GB": "Information Commissioner’s Office, https://ico.org.uk",
    "GR": "Hellenic Data Protection Authority, https://www.dpa.gr",
    "HR": "Agencija za zaštitu osobnih podataka, https://www.azop.hr",
    "HU": "Nemzeti Adatvédelmi és Információszabadság Hatóság, https://www.naih.hu",
    "IE": "Data Protection Commission, https://www.dataprotection.ie",
    "IS": "Persónuvernd, https://www.personuvernd.is",
    "IT": "Garante per la protezione dei dati personali, https://www.garanteprivacy.it",
    "LI": "Datenschutzstelle, https://www.datenschutzstelle.li",
    "LT": "Valstybinė duomenų apsaugos inspekcija, https://vdai.lrv.lt",
    "LU": "Commission nationale pour la protection des données, https://www.cnpd.public.lu",
    "LV": "Datu valsts inspekcija, https://www.dvi.gov.lv",
    "MT": "Information and Data Protection Commissioner, https://www.idpc.org.mt",
    "NL": "Autoriteit Persoonsgegevens, https://www.autoriteitpersoonsgegevens.nl",
    "NO": "Datatilsynet, https://www.datatilsynet.no",
    "NZ": "Office of the Privacy Commissioner, https://www.privacy.org.nz",
    "PL": "Urząd Ochrony Danych Osobowych, https://www.uodo.gov.pl",
    "PT": "Comissão Nacional de Proteção de Dados, https://www.cnpd.pt",
    "RO": "Autoritatea Naţională de Supraveghere a Prelucrării Datelor cu Caracter Personal, https://www.dataprotection.ro",
    "SE": "Integritetsskyddsmyndigheten, https://www.imy.se",
    "SI": "Informacijski pooblaščenec, https://www.ip-rs.si",
    "SK": "Úrad na ochranu osobných údajov, https://www.dataprotection.gov.sk",
}
# The European Union, and Iceland, Liechtenstein and Norway.
GDPR_COUNTRIES = frozenset({*DATA_AUTHORITIES, "DE"} - {"AU", "CA", "CH", "GB", "NZ"})
# Which template a country has; every other one has the general one.
TEMPLATES = dict.fromkeys(GDPR_COUNTRIES | {"GB"}, "gdpr") | {
    code: code.lower() for code in ("CH", "US", "CA", "AU", "NZ")
}


def template_of(country: str) -> str:
    """The name of the privacy notice's template for a country."""
    return TEMPLATES.get(country, "general")
