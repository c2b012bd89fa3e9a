"""Life situations, synonyms, and searches that found nothing."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from wegweiser.models.offers import Offer


class SituationQuerySet(models.QuerySet["Situation"]):
    def published(self) -> "SituationQuerySet":
        return self.filter(published=True)


class Situation(models.Model):
    """A life situation in the words of people who are in it, and the steps that help, in order."""

    slug = models.SlugField("Adresse", max_length=60, unique=True)
    title = models.CharField("Titel", max_length=80)
    intro = models.TextField("Einleitung", max_length=1000)
    order = models.PositiveSmallIntegerField("Reihenfolge", default=100)
    published = models.BooleanField("veröffentlicht", default=False)
    # Separation and violence: the emergency numbers come first.
    emergency = models.BooleanField("Notrufnummern oben zeigen", default=False)
    search_words = ArrayField(models.CharField(max_length=100), verbose_name="Suchwörter", default=list, blank=True)
    offers = models.ManyToManyField(Offer, through="Advice", related_name="situations")

    objects = SituationQuerySet.as_manager()

    class Meta:
        verbose_name = "Lebenslage"
        verbose_name_plural = "Lebenslagen"
        ordering = ["order", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/wegweiser/lebenslage/{self.slug}/"


class Advice(models.Model):
    """One step in a situation: which offer, and in one sentence why, and what to do first."""

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="advice", verbose_name="Lebenslage")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="advice", verbose_name="Angebot")
    order = models.PositiveSmallIntegerField("Reihenfolge", default=100)
    sentence = models.CharField("Warum, und was zuerst", max_length=300)

    class Meta:
        verbose_name = "Schritt"
        verbose_name_plural = "Schritte"
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["situation", "offer"], name="one_advice_per_offer")]

    def __str__(self) -> str:
        return self.sentence


class Synonym(models.Model):
    """A word or phrase that people type, and what offers call it.

    Its stems and weight are computed by wegweiser.search.index.refresh.
    """

    word = models.CharField("Wer sucht nach", max_length=80, unique=True)
    # The most important first: it counts most.
    means = ArrayField(models.CharField(max_length=80), verbose_name="meint auch")
    # The stems by which `word` is recognised, in any order.
    stems = ArrayField(models.CharField(max_length=100), default=list, editable=False)
    # Higher the fewer synonyms share its words (search.index.refresh).
    weight = models.FloatField(default=1.0, editable=False)

    class Meta:
        verbose_name = "Gleiche Bedeutung"
        verbose_name_plural = "Gleiche Bedeutungen"
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word


class FailedSearch(models.Model):
    """Words that found nothing, counted by day, without a person."""

    words = models.CharField("gesucht", max_length=200)
    day = models.DateField("Tag")
    count = models.PositiveIntegerField("Anzahl", default=1)
    # So many of them are in the report's tallies.
    counted = models.PositiveIntegerField("davon gezählt", default=0, db_default=0, editable=False)

    class Meta:
        verbose_name = "Suche ohne Treffer"
        verbose_name_plural = "Suchen ohne Treffer"
        ordering = ["-day", "-count"]
        constraints = [models.UniqueConstraint(fields=["words", "day"], name="one_failed_search_per_day")]
        indexes = [models.Index(fields=["day"], name="miss_day")]  # what retention clears

    def __str__(self) -> str:
        return self.words
