"""The number that calls an ambulance, by country. One place for pages, mails and the API (Practice.emergency_number).

Sources:
* the short numbers of Google's libphonenumber, compiled from the national numbering plans at the ITU: a test looks each
  number up there;
* which of a country's numbers is the ambulance's was chosen by hand, after Wikipedia's "List of emergency telephone
  numbers" and the United States Department of State's "911 abroad", and not read again there country by country: owners
  are asked to look at theirs;
* in the European Union 112 calls every service by law: Directive (EU) 2018/1972, article 109;
* CONFIRMED_ELSEWHERE are not in libphonenumber, but in Microsoft's "Emergency numbers country reference" for Teams.

Where the sources contradict each other, or name no ambulance, the country is left out: a wrong number is worse than
none. The practice's own field then says it, and until it does the pages speak of "your local emergency number".
"""

# By number, the ISO 3166-1 codes of the countries; then those of one country each.
EMERGENCY_COUNTRIES = {
    "112": (
        "AD AO AT AX BE BG BI BJ BT CY CZ DE DK EE ES FI FO FR GE GI GL GR HR HU IE IN IS IT KW LT LU LV MC "
        "MD MT NL PL PT RO SE SI SK ST TR VA VU"
    ),
    "911": (
        "AG AI AS AW BM BQ BS BZ CA CR DO EC FJ FM GD GU JO KN KY LC LR MH MP MS MX PA PH PR PW PY TC TO TV "
        "US UY VC VE VG VI"
    ),
    "999": "BD BH DM FK GB GG HK IM JE KE MO MY NU QA SB SC SL SO UG",
    "15": "GF GP MA MF ML MQ NC NE PF PM RE WF YT",
    "103": "AM AZ BY KG KZ MN RU TJ UA UZ",
    "119": "ID JP KH KR TW",
    "000": "AU CC CX",
    "111": "NR NZ PG",
    "115": "IR SR VN",
    "998": "AE CK MW",
    "101": "IL PS",
    "102": "MV NP",
    "110": "JM SY",
    "113": "NO SJ",
    "118": "BO SM",
    "123": "CO EG",
    "124": "BA ME",
    "144": "CH LI",
    "194": "MK RS",
    "912": "RW SX",
    "991": "BN ZM",
    "997": "BW SA",
}
NUMBERS_OF_ONE_COUNTRY = (
    "DZ 14, CU 104, PE 106, AR 107, MU 114, GM 116, MZ 117, CN 120, IQ 122, AL 127, NI 128, CV 130, CL 131, SV 132, "
    "LB 140, CI 185, TN 190, BR 192, GH 193, LA 195, SD 333, BB 511, TT 811, GY 913, NF 955, SZ 977, ZW 994, SG 995, "
    "WS 996, PK 1122, CF 1220, GA 1300, SN 1515, TH 1669, OM 9999, ZA 10177"
)
EMERGENCY_NUMBERS = {
    **{country: number for number, countries in EMERGENCY_COUNTRIES.items() for country in countries.split()},
    **dict(pair.split() for pair in NUMBERS_OF_ONE_COUNTRY.split(", ")),
}
CONFIRMED_ELSEWHERE = frozenset({"CI", "PE", "RS", "RW", "SD", "SN", "SV", "SX", "SZ", "TT", "UZ"})
