"""The topics under which offers are found."""

from django.db import models


class Topic(models.Model):
    slug = models.SlugField("Adresse", max_length=60, unique=True)
    title = models.CharField("Titel", max_length=80, unique=True)
    text = models.CharField("Kurz gesagt", max_length=200, blank=True)
    order = models.PositiveSmallIntegerField("Reihenfolge", default=100)
    # The name of a drawing in templates/includes/sprite.html, without "i-".
    icon = models.CharField("Zeichen", max_length=20, default="info")
    emergency = models.BooleanField("Notrufnummern oben zeigen", default=False)

    class Meta:
        verbose_name = "Thema"
        verbose_name_plural = "Themen"
        ordering = ["order", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/wegweiser/thema/{self.slug}/"
