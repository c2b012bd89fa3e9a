"""What officers have begun to write and not saved yet (R-05)."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class UnsavedText(models.Model):
    """What stood in one form of the desk when its owner last typed there, sealed: nobody else reads it."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="Konto", related_name="+", on_delete=models.CASCADE
    )
    page = models.CharField("Seite", max_length=200)  # the path at which the form stands
    kind = models.CharField("Was", max_length=100)
    sealed = models.TextField("Text")
    kept_at = models.DateTimeField("zwischengespeichert am", default=timezone.now)

    class Meta:
        default_permissions = ()  # its owner's alone
        verbose_name = "Zwischengespeicherter Text"
        verbose_name_plural = "Zwischengespeicherte Texte"
        constraints = [models.UniqueConstraint(fields=["account", "page"], name="one_unsaved_text_for_each_form")]

    def __str__(self) -> str:
        return f"{self.kind}, noch nicht gespeichert"
