"""Parents find offers in their own words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.wegweiser.offers import offer
from wegweiser.migrations import data
from wegweiser.models import Offer, Situation, Synonym, Topic, Word
from wegweiser.search import index, ranking, spelling, words
from wegweiser.search.ranking import Filters
from wegweiser.search.word_lists import NEGATION

pytestmark = pytest.mark.usefixtures("wegweiser")


def found(question: str, filters: Filters | None = None) -> list[str]:
    result = ranking.find(ranking.parse(question), filters or Filters())
    return [each.slug for each in ranking.offers(result)]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("unterhalt vorschuss", "unterhaltsvorschuss"),
        ("mutterkindkur", "mutter-vater-kind-kur"),
        ("Mutter Kind Kur", "mutter-vater-kind-kur"),
        ("schuldnerberatung", "schuldnerberatung-caritas"),
        ("kindergelt", "kindergeld"),
        ("muettergenesungswerk", "mutter-vater-kind-kur"),
        ("muttergenesungswerk", "mutter-vater-kind-kur"),
        ("MÜTTERGENESUNGSWERK", "mutter-vater-kind-kur"),
        ("steuerklasse zwei", "steuerklasse-2"),
        ("steuerklasse II", "steuerklasse-2"),
        ("116117", "arzt-116117"),
        ("ex zahlt nicht", "unterhaltsvorschuss"),
        ("jugendtreff geisweid", "jugendtreff-geisweid"),
        ("tagesmutter geisweid", "kindertagespflege-siegen"),
        ("rechnungen kann ich nicht zahlen", "schuldnerberatung-caritas"),
    ],
)
def test_finds_compounds_misspellings_umlauts_and_everyday_words(question: str, first: str) -> None:
    assert found(question)[0] == first


def test_a_part_finds_its_compounds() -> None:
    assert {"kita-kreis", "kita-siegen", "kindertagespflege-kreis"} <= set(found("betreuung")[:5])


def test_a_town_in_the_question_comes_first_then_the_district_and_other_towns_not_at_all() -> None:
    hits = found("wohngeld kreuztal")
    assert hits[:2] == ["wohngeld-kreuztal", "wohngeld"]
    assert "wohngeld-siegen" not in hits


@pytest.mark.parametrize("question", ["jugendamt weidenau", "jugendamt 57076", "jugendamt in siegen"])
def test_parts_of_towns_and_postcodes_are_towns(question: str) -> None:
    assert found(question)[0] == "jugendamt-siegen"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("gled", ["geld"]), ("kidn", ["kind"]), ("rehct", ["recht"]), ("egld", ["geld"]), ("gldd", []), ("urk", [])],
)
def test_two_letters_that_changed_places_are_put_back_in_short_words_too(typed: str, meant: list[str]) -> None:
    assert spelling.correct([typed])[typed].words[:1] == meant


def test_a_misspelt_town_is_still_that_town() -> None:
    assert found("tafel ernttebrück")[0] == "tafel-wittgenstein"


def test_a_town_alone_shows_what_is_there_first() -> None:
    hits = ranking.offers(ranking.find(ranking.parse("burbach")))
    assert {"familienbuero-burbach", "familiennachmittag-burbach"} == {hit.slug for hit in hits[:2]}


def test_the_region_is_no_town() -> None:
    assert ranking.parse("kita siegen-wittgenstein").towns == []
    assert set(ranking.parse("kita wittgenstein").towns) == {"bad-berleburg", "bad-laasphe", "erndtebrueck"}


def test_grenzen_setzen_is_no_place() -> None:
    assert ranking.parse("grenzen setzen").towns == []


def test_officers_teach_a_word_and_it_works_at_once() -> None:
    assert "tafel-siegen" not in found("plünnen")
    Synonym.objects.create(word="Plünnen", means=["Kinderkleidung"])
    index.refresh()
    assert found("ich brauche plünnen für die kinder")[0] == "kinderschutzbund-siegen"


def test_what_an_officer_wrote_is_neither_changed_nor_doubled_by_an_update() -> None:
    Synonym.objects.filter(word__in=["bude", "gdb"]).delete()
    Synonym.objects.create(word="BUDE", means=["Jugendtreff"])
    data.create(Synonym, data.COUNSELLING)
    written = Synonym.objects.filter(word__iexact="bude") | Synonym.objects.filter(word="gdb")
    assert list(written.order_by("word").values_list("word", "means")) == [
        ("BUDE", ["Jugendtreff"]),
        ("gdb", ["Behinderung", "Frühförderung", "Entwicklungsberatung"]),
    ]


def test_everything_that_first_synonyms_mean_is_said_by_an_offer() -> None:
    said = {NEGATION, *Word.objects.filter(weight__gt=0).values_list("stem", flat=True)}
    meant = {meaning for means in data.read(*data.ALL).values() for meaning in means}
    assert [meaning for meaning in meant if not said.issuperset(words.content(meaning))] == []


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("SGB II", "mehrbedarf-alleinerziehende"),
        ("GdB", "awo-fruehfoerderung"),
        ("JA", "jugendamt-kreis"),
        ("KdU", "mehrbedarf-alleinerziehende"),
        ("Armenrecht", "verfahrenskostenhilfe"),
        ("Erziehungsgeld", "elterngeld"),
        ("Bude", "wbs-siegen"),
        ("die Decke fällt mir auf den Kopf", "alleinerziehenden-netzwerk"),
    ],
)
def test_offices_old_names_and_everyday_words_are_understood(question: str, first: str) -> None:
    assert found(question)[0] == first


def test_child_and_help_say_little_beside_what_is_wanted_in_other_languages_too() -> None:
    assert found("copil bani")[0] == "mehrbedarf-alleinerziehende"  # child, money
    assert found("مساعدة عمل")[0] == "agentur-arbeit-siegen"  # help, work


def test_violence_is_understood_in_ten_languages() -> None:
    # What it is like, not only the word for it.
    asked = [
        "er hat mich gewürgt", "he hurts me", "kocam vuruyor", "чоловік погрожує", "муж избивает", "boję się męża",
        "soțul meu mă bate", "mêrê min li min dixe", "شوهرم مرا کتک می‌زند", "زوجي عنيف",
    ]  # fmt: skip
    assert {question: found(question)[0] for question in asked} == dict.fromkeys(asked, "hilfetelefon-frauen")


def test_what_is_first_of_several_meanings_counts_most() -> None:
    Synonym.objects.create(word="Schnickschnack", means=["Elterngeld", "Kinderzuschlag"])
    index.refresh()
    hits = found("schnickschnack")
    assert hits.index("elterngeld") < hits.index("kinderzuschlag")


def test_a_longer_turn_of_phrase_outdoes_its_words() -> None:
    assert found("ich bin krank")[0] == "haushaltshilfe"
    assert found("mein kind ist krank")[0] == "kinderkrankengeld"


@pytest.mark.parametrize(
    "question", ["", "   ", "ich und du", "zahnarzt", "zahnarzt für mein kind", "xqzwv", "!?&|", "nicht"]
)
def test_nothing_is_better_than_anything(question: str) -> None:
    assert found(question) == []


def test_filters_narrow_and_counts_say_what_each_would_leave() -> None:
    wohnen = Topic.objects.get(slug="wohnen")
    everything = ranking.find(ranking.parse("geld für die wohnung"))
    assert everything.count > everything.facets["topic"][str(wohnen.pk)] > 0
    narrowed = ranking.find(ranking.parse("geld für die wohnung"), Filters(topic=wohnen.pk))
    assert narrowed.count == everything.facets["topic"][str(wohnen.pk)]
    assert narrowed.facets["topic"] == everything.facets["topic"]
    in_kreuztal = ranking.find(ranking.parse("geld für die wohnung"), Filters(topic=wohnen.pk, town="kreuztal"))
    assert in_kreuztal.count == narrowed.facets["town"]["kreuztal"]
    free = ranking.find(ranking.parse("gewalt"), Filters(language="tr", cost="free"))
    assert [hit.slug for hit in ranking.offers(free)] == ["hilfetelefon-frauen"]


def test_counts_are_right_for_every_filter() -> None:
    """Against counting one by one."""
    query = ranking.parse("hilfe")
    result = ranking.find(query)
    for kind, values in result.facets.items():
        for value, count in values.items():
            chosen = Filters(**{kind: int(value) if kind == "topic" else value})
            assert ranking.find(query, chosen).count == count, (kind, value)


def test_a_topic_shows_what_is_near_first_and_what_it_is_mainly_about() -> None:
    """The food banks are about money first: for somebody who is beaten they come after the women's refuge."""
    result = ranking.find(None, Filters(topic=Topic.objects.get(slug="gewalt-und-notlagen").pk))
    hits = [hit.slug for hit in ranking.offers(result)]
    assert result.count == Offer.objects.for_topic("gewalt-und-notlagen").count()
    assert hits[:3] == ["maedchen-in-not", "frauenhaus-siegen", "runder-tisch-gewalt"]
    order = ["gleichstellung-kreis", "tafel-siegen", "weisser-ring", "hilfetelefon-frauen"]
    assert sorted(order, key=hits.index) == order
    assert "p-konto" not in hits, "about money, and for all of Germany: on the last page"
    assert result.general == 11


def test_a_town_without_a_question_shows_all_of_it_by_title() -> None:
    result = ranking.find(None, Filters(town="burbach"))
    titles = [hit.title for hit in ranking.offers(result)]
    assert result.count == Offer.objects.in_municipality("burbach").count()
    assert titles[:2] == ["Agentur für Arbeit Siegen", "Alleinerziehenden-Netzwerk Siegen-Wittgenstein"]


def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    query = ranking.parse("kinder")
    count = ranking.find(query).count
    hits = [key for page in range(1, 8) for key in ranking.find(query, page=page).hits]
    assert count > ranking.PER_PAGE
    assert len(hits) == len(set(hits)) == count


def test_a_life_situation_is_among_the_hits_by_its_title_and_by_its_words() -> None:
    situation = Situation.objects.create(
        slug="mond", title="Auf dem Mond gelandet", intro="…", search_words=["Rakete kaputt"], published=True
    )
    for question in ("wir sind auf dem mond gelandet", "die rakete ist kaputt"):
        assert ranking.situations(ranking.parse(question)) == [situation]
    assert ranking.situations(ranking.parse("wohngeld mond")) == []
    situation.published = False
    situation.save()
    assert ranking.situations(ranking.parse("auf dem mond gelandet")) == []


def test_counting_one_topic_is_not_counting_another_whose_number_begins_so() -> None:
    """Topic 1 is not in ",topic=1000,", nor a town in another whose name begins so."""
    first = Topic.objects.order_by("pk")[0]
    longer = Topic.objects.create(pk=int(f"{first.pk}000"), slug="zirkus", title="Zirkus")
    artists = offer("artisten", title="Artisten", municipalities=["siegen"], languages=["de", "tr"])
    artists.topics.set([longer])
    index.put(artists.pk)
    assert ranking.find(None, Filters(topic=longer.pk)).hits == [artists.pk]
    assert artists.pk not in {
        key for page in range(1, 9) for key in ranking.find(None, Filters(topic=first.pk), page).hits
    }
    assert ranking.find(ranking.parse("artisten"), Filters(topic=longer.pk, language="tr")).facets["topic"] == {
        str(longer.pk): 1
    }
    assert ranking.find(ranking.parse("artisten"), Filters(town="sieg")).hits != [artists.pk]


def test_ranking_and_counting_is_one_statement_and_all_of_it_a_fixed_number() -> None:
    """However many offers there are, and however many of them are hits."""
    for question in ("wohngeld", "hilfe für kinder und eltern", "unterhalt vorschuss kreuztal geld"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            query = ranking.parse(question)
        assert len(asked) <= 7
        with CaptureQueriesContext(connection) as asked:
            result = ranking.find(query)
        assert len(asked) == 1
        with CaptureQueriesContext(connection) as asked:
            ranking.offers(result)
        assert len(asked) == 1


def test_the_statement_reads_the_stored_vector_through_its_index() -> None:
    sql, values = ranking.statement(ranking.parse("wohngeld"), Filters(), 1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", values)
        assert "search_entry_vector" in "".join(row[0] for row in cursor.fetchall())


def test_lists_without_a_question_are_read_and_counted_from_indexes_alone() -> None:
    topic = Topic.objects.get(slug="wohnen").pk
    for filters in (Filters(topic=topic), Filters(town="kreuztal"), Filters(cost="free", language="tr")):
        sql, values = ranking.statement(None, filters, 1)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {sql}", values)
            scans = [row[0].strip() for row in cursor.fetchall() if "Scan using" in row[0] or "Heap Scan" in row[0]]
        assert len(scans) == 3  # hits, facets, topics
        assert {scan.removeprefix("->").strip().split(" using ")[0] for scan in scans} == {"Index Only Scan"}
