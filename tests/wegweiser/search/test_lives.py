"""Three lives, twenty questions in their own words: each leads within three hits to a number that a phone can dial.

Samira works in a bakery in Kreuztal and has been alone with two children since spring. Jörg's wife has died; their son
is fifteen. Oksana has come from Ukraine, expects a child, and is afraid of the father. All of them are invented. Their
questions were written before the search was asked; whether an answer helps was judged afterwards. Where nobody has
proven the number of an offer, its page has ours.
"""

import re

import pytest
from django.test import Client

from tests.wegweiser.offers import offer
from tests.wegweiser.search.pages import hits, page
from wegweiser.search import index, ranking

pytestmark = pytest.mark.usefixtures("wegweiser")

OURS = "+493023125100"

SAMIRA = [
    ("mein Mann ist ausgezogen und überweist mir keinen Cent", "unterhaltsvorschuss", OURS),
    ("Stromrechnung nicht bezahlt jetzt wollen sie abstellen", "schuldnerberatung-caritas", OURS),
    ("Bäckerei fängt um fünf an wer bringt die Kleine in die Kita", "kita-kreis", OURS),
    ("Große kommt in die Schule wer passt nachmittags auf", "ogs-siegen", "+492714042234"),
    ("Miete frisst mein halbes Gehalt", "wohngeld", OURS),
    ("Schulranzen und Hefte zu teuer", "bildung-und-teilhabe", OURS),
    ("der Vater holt die Kinder nicht ab wie abgesprochen", "jugendamt-kreis", OURS),
]
JOERG = [
    ("seit meine Frau tot ist schaffe ich den Haushalt nicht mehr", "haushaltshilfe", OURS),
    ("Sohn schwänzt die Schule und zockt bis drei Uhr früh", "suchtberatung-diakonie", OURS),
    ("Inkasso schreibt jeden Tag", "schuldnerberatung-caritas", OURS),
    ("bekommt mein Sohn Rente wegen seiner Mutter", "halbwaisenrente", OURS),
    ("ich schlafe kaum noch und weine nachts", "telefonseelsorge", "08001110111"),
    ("Gruppe für Väter die allein erziehen", "alleinerziehenden-netzwerk", "+492713332212"),
    ("Mutter Kind Kur auch für Männer", "mutter-vater-kind-kur", OURS),
]
OKSANA = [
    ("er wartet vor meiner Tür und droht mir", "hilfetelefon-frauen", "116016"),
    ("ich verstehe die Briefe vom Amt nicht", "migrationsberatung", OURS),
    ("Deutsch lernen mit Baby", "integrationskurs", OURS),
    ("ich bin schwanger und habe niemanden", "hilfetelefon-schwangere", "08004040020"),
    ("Kinderwagen und Strampler gebraucht", "kinderschutzbund-siegen", "+492713300506"),
    ("Kind hat am Wochenende Fieber", "arzt-116117", "116117"),
]


def dialled(client: Client, slug: str) -> str:
    """What the first button for a call on the offer's page dials."""
    return re.findall(r'class="btn btn-call[^"]*"\s+href="tel:([^"]+)"', page(client, f"/wegweiser/{slug}/"))[0]


@pytest.mark.parametrize(("question", "slug", "number"), [*SAMIRA, *JOERG, *OKSANA])
def test_a_question_leads_to_a_number_that_rings(client: Client, question: str, slug: str, number: str) -> None:
    assert slug in hits(page(client, q=question))[:3]
    assert dialled(client, slug) == number


def test_there_are_twenty_questions() -> None:
    assert len({question for question, *_rest in [*SAMIRA, *JOERG, *OKSANA]}) == 20


def test_control_what_is_no_question_for_help_leads_nowhere_and_half_a_number_is_not_dialled(client: Client) -> None:
    assert ranking.parse("Apfelkuchen mit Streuseln").is_unknown
    offer("naehcafe", title="Xylofax", phones=["23125-101"])
    index.refresh()
    assert hits(page(client, q="xylofax")) == ["naehcafe"]
    assert dialled(client, "naehcafe") == OURS
