"""Case forms of Turkish and Finnish names against forms a grammar or a newspaper prints."""

from __future__ import annotations

import pytest

from xnerbench.data.embedded.cases import finnish, inflect, turkish

TURKISH = [
    ("Ankara", "LOC.city", "loc", "Ankara'da"),
    ("Ankara", "LOC.city", "dat", "Ankara'ya"),
    ("Ankara", "LOC.city", "gen", "Ankara'nın"),
    ("İstanbul", "LOC.city", "acc", "İstanbul'u"),
    ("İstanbul", "LOC.city", "gen", "İstanbul'un"),
    ("İzmir", "LOC.city", "abl", "İzmir'den"),
    ("Paris", "LOC.city", "loc", "Paris'te"),
    ("Irak", "LOC.country", "abl", "Irak'tan"),
    ("New York", "LOC.city", "loc", "New York'ta"),
    ("Köln", "LOC.city", "dat", "Köln'e"),
    ("Türkiye", "LOC.country", "acc", "Türkiye'yi"),
    ("Nepal", "LOC.country", "loc", "Nepal'de"),
    ("Çek Cumhuriyeti", "LOC.country", "loc", "Çek Cumhuriyeti'nde"),
    ("Van Gölü", "LOC.region", "dat", "Van Gölü'ne"),
    ("Abu Dabi", "LOC.city", "loc", "Abu Dabi'de"),
    ("Ankara Üniversitesi", "ORG.university", "gen", "Ankara Üniversitesi'nin"),
    ("Ankara Üniversitesi", "ORG.university", "abl", "Ankara Üniversitesi'nden"),
    ("Ahmet Yılmaz", "PER", "dat", "Ahmet Yılmaz'a"),
    ("Ayşe Öztürk", "PER", "gen", "Ayşe Öztürk'ün"),
    ("Mehmet Ali", "PER", "acc", "Mehmet Ali'yi"),
    ("Murat", "PER", "ins", "Murat'la"),
    ("Ayşe", "PER", "ins", "Ayşe'yle"),
    ("TBMM", "ORG.body", "dat", "TBMM'ye"),
    ("AB", "ORG.body", "gen", "AB'nin"),
    ("NATO", "ORG.body", "gen", "NATO'nun"),
]

FINNISH = [
    ("Helsinki", "LOC.city", "ine", "Helsingissä"),
    ("Helsinki", "LOC.city", "ill", "Helsinkiin"),
    ("Turku", "LOC.city", "gen", "Turun"),
    ("Turku", "LOC.city", "ill", "Turkuun"),
    ("Tampere", "LOC.city", "ine", "Tampereella"),
    ("Tampere", "LOC.city", "ill", "Tampereelle"),
    ("Vantaa", "LOC.city", "ela", "Vantaalta"),
    ("Espoo", "LOC.city", "ill", "Espooseen"),
    ("Oulu", "LOC.city", "abl", "Oululta"),
    ("Lahti", "LOC.city", "gen", "Lahden"),
    ("Lahti", "LOC.city", "ill", "Lahteen"),
    ("Seinäjoki", "LOC.city", "ine", "Seinäjoella"),
    ("Rovaniemi", "LOC.city", "gen", "Rovaniemen"),
    ("Jyväskylä", "LOC.city", "ine", "Jyväskylässä"),
    ("Lappeenranta", "LOC.city", "ine", "Lappeenrannassa"),
    ("Tokio", "LOC.city", "part", "Tokiota"),
    ("Riika", "LOC.city", "ine", "Riiassa"),
    ("Hanoi", "LOC.city", "ill", "Hanoihin"),
    ("New York", "LOC.city", "ine", "New Yorkissa"),
    ("Suomi", "LOC.country", "gen", "Suomen"),
    ("Venäjä", "LOC.country", "ine", "Venäjällä"),
    ("Englanti", "LOC.country", "ela", "Englannista"),
    ("Thaimaa", "LOC.country", "ill", "Thaimaahan"),
    ("Turkki", "LOC.country", "gen", "Turkin"),
    ("Yhdysvallat", "LOC.country", "ine", "Yhdysvalloissa"),
    ("Uusi-Seelanti", "LOC.country", "ill", "Uuteen-Seelantiin"),
    ("Matti Virtanen", "PER", "gen", "Matti Virtasen"),
    ("Virtanen", "PER", "part", "Virtasta"),
    ("Mäkinen", "PER", "all", "Mäkiselle"),
    ("Pekka", "PER", "gen", "Pekan"),
    ("Aalto", "PER", "gen", "Aallon"),
    ("Niemi", "PER", "gen", "Niemen"),
    ("Laine", "PER", "gen", "Laineen"),
    ("Markus", "PER", "gen", "Markuksen"),
    ("Tuomas", "PER", "gen", "Tuomaksen"),
    ("Smith", "PER", "gen", "Smithin"),
    ("Smith", "PER", "part", "Smithiä"),
    ("Helsingin yliopisto", "ORG.university", "ine", "Helsingin yliopistossa"),
    ("Virtanen Oy", "ORG.company", "gen", "Virtanen Oy:n"),
    ("HJK", "ORG.club", "ill", "HJK:hon"),
    ("Verohallinto", "ORG.ministry", "gen", "Verohallinnon"),
]


@pytest.mark.parametrize(("name", "kind", "case", "form"), TURKISH)
def test_turkish(name: str, kind: str, case: str, form: str) -> None:
    assert turkish.inflect(name, case, kind) == form


@pytest.mark.parametrize(("name", "kind", "case", "form"), FINNISH)
def test_finnish(name: str, kind: str, case: str, form: str) -> None:
    assert finnish.inflect(name, case, kind) == form


def test_every_listed_case_has_a_rule() -> None:
    for language, name in (("tur", "Ayşe Demir"), ("fin", "Liisa Korhonen")):
        rule = inflect.inflector(language)
        forms = {rule(name, case, "PER") for case in inflect.CASES[language]}
        assert len(forms) == len(inflect.CASES[language])
        assert name not in forms


def test_a_language_without_rules_says_so() -> None:
    with pytest.raises(KeyError, match="no rules for the gen"):
        inflect.inflector("deu")("Berlin", "gen", "LOC.city")
