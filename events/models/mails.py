"""What officers write to the families of an event in their own words."""

from django.db import models
from django.db.models import Q

from events.models.events import Event
from mailings.models import PlannedMail


class EventMail(PlannedMail):
    """An officer's own words to the families of one event: written, tried out, and sent once."""

    class Audience(models.TextChoices):
        EXPECTED = "expected", "die kommen oder auf einen Platz warten"
        COMING = "coming", "die kommen"
        WAITING = "waiting", "die auf einen Platz warten"
        OPEN = "open", "die noch nicht geantwortet haben"
        NOT_COMING = "not-coming", "die nicht können oder abgesagt haben"
        CAME = "came", "die da waren"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="own_mails", verbose_name="Veranstaltung")
    audience = models.CharField("An die Familien,", max_length=10, choices=Audience, default=Audience.EXPECTED)
    subject = models.CharField("Betreff", max_length=120)
    text = models.TextField("Text")
    # The mail that says thank you afterwards: one for each event.
    thanks = models.BooleanField(default=False, db_default=False, editable=False)
    written_by = models.CharField("geschrieben von", max_length=150, blank=True, editable=False)

    class Meta:
        verbose_name = "Mail an Familien"
        verbose_name_plural = "Mails an Familien"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["event"], condition=Q(thanks=True), name="event_thanked_once")]
        indexes = [
            # the worker asks every second
            models.Index(fields=["send_at"], name="event_mail_scheduled", condition=Q(send_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.subject
