"""Tells officers of letters that the brochure cannot print."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest

from kit.printing import characters

_QUESTION_MARK = "Im gedruckten Wegweiser steht dort ein Fragezeichen. Auf der Seite im Internet stimmt alles."


def tell(request: HttpRequest, values: Iterable[object]) -> None:
    """Names the letters of the texts among `values` that no font has."""
    if letters := characters.missing(value for value in values if isinstance(value, str)):
        messages.warning(request, characters.warning(letters, _QUESTION_MARK))
