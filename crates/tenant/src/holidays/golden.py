"""Writes germany.golden.txt from the Python package `holidays`, an independent table of the same laws.

    python3 -m venv /tmp/holidays && /tmp/holidays/bin/pip install holidays==0.109
    /tmp/holidays/bin/python golden.py > germany.golden.txt
"""

import holidays

KEYS = {
    "Neujahr": "neujahr",
    "Heilige Drei Könige": "heilige-drei-koenige",
    "Frauentag": "frauentag",
    "Karfreitag": "karfreitag",
    "Ostersonntag": "ostersonntag",
    "Ostermontag": "ostermontag",
    "Erster Mai": "tag-der-arbeit",
    "80. Jahrestag der Befreiung vom Nationalsozialismus und der Beendigung des Zweiten Weltkriegs in Europa": "tag-der-befreiung",
    "Christi Himmelfahrt": "christi-himmelfahrt",
    "Pfingstsonntag": "pfingstsonntag",
    "Pfingstmontag": "pfingstmontag",
    "Fronleichnam": "fronleichnam",
    "75. Jahrestag des Aufstandes vom 17. Juni 1953": "volksaufstand-17-juni",
    "Augsburger Hohes Friedensfest": "augsburger-friedensfest",
    "Mariä Himmelfahrt": "mariae-himmelfahrt",
    "Weltkindertag": "weltkindertag",
    "Tag der Deutschen Einheit": "tag-der-deutschen-einheit",
    "Reformationstag": "reformationstag",
    "Allerheiligen": "allerheiligen",
    "Buß- und Bettag": "buss-und-bettag",
    "Erster Weihnachtstag": "erster-weihnachtstag",
    "Zweiter Weihnachtstag": "zweiter-weihnachtstag",
}
LANDS = "BW BY BE BB HB HH HE MV NI NW RP SL SN ST SH TH".split()
# Land, what the municipality observes, and how the package calls the place
PLACES = [(land, "-", land, ("public",)) for land in LANDS] + [
    ("BY", "mariae-himmelfahrt", "BY", ("public", "catholic")),
    ("BY", "mariae-himmelfahrt,augsburger-friedensfest", "Augsburg", ("public",)),
    ("SN", "fronleichnam", "SN", ("public", "catholic")),
    ("TH", "fronleichnam", "TH", ("public", "catholic")),
]

print(f"# Made by golden.py with the Python package holidays {holidays.__version__}. Land, observed, holidays of a year.")
for land, observed, place, categories in PLACES:
    for year in range(2024, 2036):
        days = holidays.Germany(subdiv=place, years=year, categories=categories, language="de")
        named = [f"{day}={KEYS[name]}" for day, name in sorted(days.items())]
        print(land, observed, *named)
