"""The life situations that a new Wegweiser begins with; from then on the officers write them."""

from typing import NamedTuple

from wegweiser.models import Advice, Offer, Situation


class First(NamedTuple):
    slug: str
    title: str
    intro: str
    search_words: list[str]
    steps: list[tuple[str, str]]  # slug of an offer, and why, and what first
    emergency: bool = False


FIRST = [
    First(
        "frisch-getrennt",
        "Frisch getrennt",
        "Sie müssen heute nicht alles regeln. Diese Schritte haben sich bewährt, einer nach dem anderen.",
        ["Trennung", "auseinander", "verlassen worden", "Scheidung", "alleine mit Kind"],
        [
            (
                "vaterschaft-sorgerecht",
                "Das Jugendamt berät kostenlos, bevor Sie etwas unterschreiben. Rufen Sie an und fragen Sie nach einem "
                "Termin zu Umgang und Sorgerecht.",
            ),
            (
                "unterhaltsvorschuss",
                "Kommt kein Unterhalt, springt der Staat ein. Stellen Sie den Antrag bald: "
                "Für die Zeit davor gibt es fast nichts.",
            ),
            (
                "beistandschaft",
                "Das Jugendamt rechnet den Unterhalt für Ihr Kind aus und fordert ihn ein. Ein Brief genügt.",
            ),
            (
                "steuerklasse-2",
                "Damit bleibt jeden Monat mehr vom Lohn. Fragen Sie beim Finanzamt, ab wann das bei Ihnen geht.",
            ),
            (
                "beratungshilfe",
                "Brauchen Sie anwaltlichen Rat und haben wenig Geld? Holen Sie zuerst den Schein beim Amtsgericht.",
            ),
            (
                "efl-evangelisch",
                "Jemand hört zu, auch wenn Sie noch nicht wissen, wie es weitergeht. Machen Sie einen Termin aus.",
            ),
        ],
        emergency=True,
    ),
    First(
        "das-geld-reicht-nicht",
        "Das Geld reicht nicht",
        "Viele Hilfen lassen sich verbinden, und auf die meisten haben Sie ein Recht. Fangen Sie oben an.",
        ["pleite", "kein Geld", "Miete nicht zahlen", "Schulden", "Monatsende"],
        [
            (
                "kinderzuschlag",
                "Für Eltern, die arbeiten und trotzdem knapp sind. Prüfen Sie zuerst online, ob es bei Ihnen passt.",
            ),
            (
                "wohngeld",
                "Ein Zuschuss zur Miete, auch neben dem Lohn. Den Antrag stellen Sie im Rathaus Ihres Ortes.",
            ),
            (
                "mehrbedarf-alleinerziehende",
                "Reicht beides nicht, zahlt das Jobcenter, und Alleinerziehende bekommen mehr. Melden Sie sich noch in "
                "diesem Monat: Bezahlt wird ab dem Antrag.",
            ),
            (
                "unterhaltsvorschuss",
                "Zahlt der andere Elternteil nicht, fragen Sie zuerst hier. Das Geld gibt es auch neben Arbeit.",
            ),
            (
                "bildung-und-teilhabe",
                "Mittagessen, Klassenfahrt, Schulsachen, Verein: Auch das wird bezahlt. Die Schule kennt den Antrag.",
            ),
            (
                "schuldnerberatung-caritas",
                "Öffnen Sie die Briefe gemeinsam. Die Beratung ist vertraulich; nehmen Sie alles mit, was Sie haben.",
            ),
            ("tafel-siegen", "Für den Einkauf, wenn das Konto leer ist. Fragen Sie, welchen Nachweis Sie mitbringen."),
        ],
    ),
    First(
        "kind-krank",
        "Mein Kind ist krank und ich muss arbeiten",
        "Sagen Sie zuerst bei der Arbeit Bescheid. Sie dürfen zu Hause bleiben, wenn Ihr Kind Sie braucht.",
        ["Fieber", "Kinderkrankentage", "krank gemeldet", "Krankenhaus", "Notfall Betreuung"],
        [
            (
                "kinderkrankengeld",
                "Die Krankenkasse ersetzt einen großen Teil des Lohns; Alleinerziehende haben mehr Tage. Lassen Sie "
                "sich in der Praxis eine Bescheinigung geben.",
            ),
            ("arzt-116117", "Abends und am Wochenende: Unter 116 117 hören Sie, welche Praxis offen hat."),
            (
                "haushaltshilfe",
                "Sind Sie selbst krank, kommt jemand ins Haus. Rufen Sie zuerst Ihre Krankenkasse an.",
            ),
            (
                "notbetreuung",
                "Fällt die Betreuung ganz aus, hilft das Jugendamt. Rufen Sie an und sagen Sie, wie dringend es ist.",
            ),
            (
                "leihoma-service",
                "Für das nächste Mal: Eine Leihoma springt ein. Lernen Sie sich kennen, bevor es brennt.",
            ),
        ],
    ),
    First(
        "ich-suche-betreuung",
        "Ich suche Betreuung",
        "Plätze sind knapp. Melden Sie Ihr Kind früh an, und fragen Sie an mehreren Stellen zugleich.",
        ["Kita", "Kindergarten", "Tagesmutter", "Hort", "Ferien", "wer passt auf mein Kind auf"],
        [
            ("kita-kreis", "Für alle Orte außer Siegen: So melden Sie Ihr Kind an. Am besten ein Jahr vorher."),
            ("kita-siegen", "In der Stadt Siegen hilft das Familienbüro bei der Anmeldung. Rufen Sie dort zuerst an."),
            (
                "kindertagespflege-kreis",
                "Kleine Gruppen und oft längere Zeiten. Die Fachberatung kennt freie Plätze in Ihrer Nähe.",
            ),
            (
                "kindertagespflege-siegen",
                "Tagesmütter und Tagesväter in der Stadt. Die Fachberatung vermittelt, Sie müssen nicht selbst suchen.",
            ),
            ("ogs-siegen", "Für Schulkinder am Nachmittag. Fragen Sie schon bei der Anmeldung an der Schule danach."),
            ("ferienbetreuung-siegen", "Für die Ferien: Die Plätze gehen schnell weg, fragen Sie Monate vorher."),
            ("flexi-uni-siegen", "Stundenweise, wenn ein Termin dazwischenkommt. Klären Sie vorher, wer kommen darf."),
        ],
    ),
    First(
        "ich-fuehle-mich-bedroht",
        "Ich fühle mich bedroht",
        "Sind Sie jetzt in Gefahr, rufen Sie die 110. Sie müssen nichts beweisen, und bei den Hilfetelefonen auch "
        "Ihren Namen nicht sagen.",
        ["Angst", "er schlägt mich", "Gewalt", "Stalking", "verfolgt mich", "droht mir", "Schutz"],
        [
            (
                "gewaltschutz-polizei",
                "Die Polizei kann die Person, die Sie bedroht, noch heute aus der Wohnung weisen. Rufen Sie 110 an, "
                "auch nachts.",
            ),
            (
                "hilfetelefon-frauen",
                "Tag und Nacht, kostenlos, anonym und in vielen Sprachen. Auch im Chat, und auch für Angehörige.",
            ),
            ("frauenhaus-siegen", "Ein sicherer Ort für Sie und Ihre Kinder. Rufen Sie an; die Adresse ist geheim."),
            (
                "frauenberatung-siegen",
                "In Ruhe überlegen, was Sie tun können, auch wenn Sie bleiben. Machen Sie einen Termin aus.",
            ),
            ("hilfetelefon-maenner", "Auch Männer erleben Gewalt. Hier spricht jemand mit Ihnen, ohne zu urteilen."),
            ("weisser-ring", "Jemand begleitet Sie zu Polizei und Gericht. Ein Anruf genügt."),
        ],
        emergency=True,
    ),
    First(
        "mir-wird-alles-zu-viel",
        "Mir wird alles zu viel",
        "Das geht vielen so, und es ist kein Versagen. Um Hilfe zu bitten, ist ein guter Schritt. Fangen Sie mit einem "
        "Anruf an.",
        ["überfordert", "am Ende", "erschöpft", "Burnout", "ich kann nicht mehr", "Baby schreit"],
        [
            (
                "elterntelefon",
                "Anonym und kostenlos reden, auch über das, wofür man sich schämt. Rufen Sie einfach an.",
            ),
            ("telefonseelsorge", "Auch nachts ist jemand da. Sie brauchen keinen Grund."),
            (
                "willkommen-im-leben-siegen",
                "Mit Baby in Siegen: Jemand kommt zu Ihnen nach Hause. Rufen Sie an und sagen Sie, wie es Ihnen geht.",
            ),
            (
                "fruehe-hilfen-kreis",
                "Dasselbe für die anderen Orte im Kreis. Die Hilfe ist freiwillig und vertraulich.",
            ),
            (
                "mutter-vater-kind-kur",
                "Drei Wochen mit den Kindern weg, um Kraft zu sammeln. Fragen Sie zuerst in Ihrer Arztpraxis.",
            ),
            ("eb-siegen", "Wenn es mit dem Kind schwierig ist: kostenlose Beratung, ohne Überweisung."),
        ],
    ),
    First(
        "zurueck-in-den-beruf",
        "Zurück in den Beruf",
        "Arbeiten mit Kind geht leichter mit einem Plan. Hier hilft man Ihnen, ihn zu machen.",
        ["Wiedereinstieg", "Job suchen", "Ausbildung", "Teilzeit", "Arbeitslos", "Elternzeit zu Ende"],
        [
            (
                "jobcenter-chancengleichheit",
                "Sie kennt die Fragen von Alleinerziehenden. Bitten Sie um ein Gespräch nur mit ihr.",
            ),
            (
                "agentur-arbeit-siegen",
                "Auch ohne Arbeitslosengeld: Beratung zu Stelle und Weiterbildung. Melden Sie sich telefonisch.",
            ),
            ("elternzeit-teilzeit", "Ihr Recht auf weniger Stunden. Stellen Sie den Antrag früh und schriftlich."),
            (
                "teilzeitausbildung",
                "Ein Abschluss mit weniger Stunden. Sprechen Sie den Betrieb früh darauf an.",
            ),
            (
                "alf-teilzeitausbildung",
                "Jemand begleitet Sie auf dem Weg dorthin, hier im Kreis. Rufen Sie zuerst dort an.",
            ),
            (
                "kinderbetreuung-massnahme",
                "Für geförderte Kurse: ein Zuschuss. Fragen Sie vor dem Kurs.",
            ),
        ],
    ),
    First(
        "neu-hier",
        "Neu hier",
        "Willkommen. An diesen Stellen fängt man am besten an, und Sie lernen andere Eltern kennen.",
        ["zugezogen", "umgezogen", "neu in Siegen", "kenne niemanden", "einsam", "Deutsch lernen"],
        [
            ("familienbuero-siegen", "Die erste Adresse in Siegen für alle Fragen. Gehen Sie hin, auch ohne Termin."),
            ("familienzentren-kreis", "In jedem Ort gibt es eines. Fragen Sie in der nächsten Kita, wo."),
            (
                "alleinerziehenden-netzwerk",
                "Andere Alleinerziehende treffen, mit Kinderbetreuung. Tragen Sie sich ein.",
            ),
            (
                "migrationsberatung",
                "Aus einem anderen Land gekommen? Hier hilft man mit Papieren und Ämtern. Machen Sie einen Termin aus.",
            ),
            (
                "integrationskurs",
                "Deutsch lernen; manche Kurse betreuen die Kinder. Fragen Sie danach.",
            ),
            ("cafe-lindenbluete", "Mit kleinen Kindern einfach vorbeikommen und reden."),
        ],
    ),
]


def create() -> int:
    """Creates them if there are none yet, with those of their offers that exist; returns their number."""
    if Situation.objects.exists():
        return 0
    wanted = {slug for first in FIRST for slug, _ in first.steps}
    offers = {offer.slug: offer for offer in Offer.objects.filter(slug__in=wanted)}
    made = 0
    for order, first in enumerate(FIRST, 1):
        steps = [(offers[slug], sentence) for slug, sentence in first.steps if slug in offers]
        if not steps:
            continue
        situation = Situation.objects.create(
            slug=first.slug,
            title=first.title,
            intro=first.intro,
            search_words=first.search_words,
            emergency=first.emergency,
            order=10 * order,
            published=True,
        )
        Advice.objects.bulk_create(
            Advice(situation=situation, offer=offer, order=10 * place, sentence=sentence)
            for place, (offer, sentence) in enumerate(steps, 1)
        )
        made += 1
    return made
