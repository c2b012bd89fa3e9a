"""Subjects that tell a glance over somebody's shoulder nothing (M-15)."""

import pytest

from mailings.desk import neutral_subject


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Alleinerziehend in Siegen", ["Alleinerziehend"]),
        ("FÜR ALLEINERZIEHENDE", ["ALLEINERZIEHENDE"]),
        ("Allein-Erziehende und allein erziehende Väter", ["Allein-Erziehende", "allein erziehende"]),
        ("Ein-Eltern-Familien, Einelternfamilie", ["Ein-Eltern-Familien", "Einelternfamilie"]),
        ("Trennung und Scheidung", ["Trennung", "Scheidung"]),
        ("Scheidungskinder; Kinder getrennter Eltern", ["Scheidungskinder", "getrennter"]),
        ("Hilfe bei häuslicher Gewalt", ["Gewalt"]),
        ("Gewaltschutz", ["Gewaltschutz"]),
        ("Kindesunterhalt, Unterhaltsvorschuss", ["Kindesunterhalt", "Unterhaltsvorschuss"]),
        ("Sorgerecht, Umgangsrecht", ["Sorgerecht", "Umgangsrecht"]),
        ("Das Frauenhaus stellt sich vor", ["Frauenhaus"]),
        ("Neues vom Jugendamt, Jugend-Amt", ["Jugendamt", "Jugend-Amt"]),
        ("Die Beratungsstelle zieht um", ["Beratungsstelle"]),
        ("Ihr Ex-Partner", ["Ex-Partner"]),
        ("Tren\u00adnung", ["Trennung"]),
        ("Tren\u200bnungsjahr", ["Trennungsjahr"]),
        ("Trennung, Trennung", ["Trennung"]),
        ("Bu\u0308rgergeld", ["Bürgergeld"]),
    ],
)
def test_telling_words_are_found_in_any_form(text: str, found: list[str]) -> None:
    assert neutral_subject.finds(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Frühstück im Advent",
        "Einladung: Samstag, 5. Dezember",
        "Ihre Entscheidung bis Freitag",
        "Unterscheidung und Ausscheidungen",
        "Ein Abend mit guter Unterhaltung",
        "Unterhaltsam und unterhaltend",
        "Ein gewaltiges Fest",
        "Neues aus der Verwaltung",
        "Gemeinsam kochen, Gerichte aus aller Welt",
        "Wer besucht uns? Ausflug gesucht",
        "Express nach Siegen, ein Exemplar gratis",
        "Rund um den Familienpass",
    ],
)
def test_words_that_only_look_alike_are_left_alone(text: str) -> None:
    assert neutral_subject.finds(text) == []


@pytest.mark.parametrize(
    ("subject", "proposed"),
    [
        ("Unterhalt: Was steht meinem Kind zu?", "Was steht meinem Kind zu?"),
        ("Vortrag am Dienstag – Trennung und Scheidung", "Vortrag am Dienstag"),
        ("Einladung zum Vortrag über den Unterhalt am 5. Dezember", "Einladung zum Vortrag"),
        ("Einladung zum Gespräch mit dem Jugendamt", "Einladung zum Gespräch"),
        ("Tag gegen Gewalt an Frauen", "Neuigkeiten für Sie"),
        ("Wir sprechen über Unterhalt", "Neuigkeiten für Sie"),
        ("Alleinerziehende treffen sich", "Neuigkeiten für Sie"),
        ("Trennung", "Neuigkeiten für Sie"),
        ("Frühstück im Advent", "Frühstück im Advent"),
    ],
)
def test_a_proposal_reads_well_and_tells_nothing(subject: str, proposed: str) -> None:
    assert neutral_subject.proposal(subject) == proposed
    assert neutral_subject.finds(proposed) == []
