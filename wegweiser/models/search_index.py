"""The tables that the search reads: made from offers and synonyms by search/index.py, never edited."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Value

from wegweiser.models.offers import Offer


class SearchEntry(models.Model):
    """A published offer in the form that the search reads: small, so that thousands are read at once."""

    # No constraint in the database: it would lock offers that officers change while the index is made anew.
    offer = models.OneToOneField(
        Offer, on_delete=models.CASCADE, primary_key=True, related_name="search_entry", db_constraint=False
    )
    vector = SearchVectorField()
    # Lists without a question begin with what is near (for less than the whole Land); those of a topic go on with the
    # offers of the fewest topics; then by title.
    far = models.BooleanField()
    title = models.CharField(max_length=150)
    breadth = models.PositiveSmallIntegerField()
    # For the score. Empty: for people from everywhere.
    towns = ArrayField(models.SlugField())
    area = models.CharField(max_length=10)
    # What is filtered and counted: ",topic=3,topic=7," and ",area=local,cost=free,town=siegen,language=de,". As texts,
    # because one pass groups a hundred thousand of them, which arrays would make slow.
    topics = models.TextField()
    facets = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "Eintrag der Suche"
        verbose_name_plural = "Einträge der Suche"
        indexes = [
            # New vectors wait in a list, which search/index.py empties after many: ten times as fast as one by one.
            GinIndex(fields=["vector"], name="search_entry_vector"),
            # Titles, words of titles, and search words, that begin as typed (search/suggestions.py).
            models.Index(fields=["title"], opclasses=["varchar_pattern_ops"], name="search_entry_typed"),
            GinIndex(Func(F("vector"), Value("{a,b}"), function="ts_filter"), name="search_entry_begins"),
            # Lists without a question are read and counted from these alone, without the wide table.
            models.Index(fields=["facets", "topics"], name="search_entry_facets"),
            models.Index(
                fields=["far", "title", "offer"],
                include=["topics", "facets", "towns", "area"],
                name="search_entry_title",
            ),
            models.Index(
                fields=["far", "breadth", "title", "offer"], include=["topics", "facets"], name="search_entry_breadth"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Word(models.Model):
    """A word that offers or synonyms use. Unknown words are compared with these: in parts, or by phonetic key."""

    word = models.CharField(max_length=100, primary_key=True)
    # Its lexeme in SearchEntry.vector.
    stem = models.CharField(max_length=100)
    phonetic_key = models.CharField(max_length=100)
    # Higher the fewer offers use it; 0 if none does.
    weight = models.FloatField()

    class Meta:
        verbose_name = "Wort der Suche"
        verbose_name_plural = "Wörter der Suche"
        indexes = [
            models.Index(fields=["stem"], name="search_word_stem"),
            GinIndex(fields=["phonetic_key"], opclasses=["gin_trgm_ops"], name="search_word_sound"),
        ]

    def __str__(self) -> str:
        return self.word
