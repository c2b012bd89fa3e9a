"""Light Markdown as officers write it: no HTML and no image.

A mail program fetches an image as soon as the mail is opened. That tells a stranger who read it, when and where.
"""

import re
from typing import Any

from django import forms
from markdown_it import MarkdownIt
from markdown_it.token import Token

NO_IMAGES = (
    "Bilder gehen hier nicht: Wer die Seite oder Mail öffnet, verrät sich sonst dem Server, auf dem das Bild liegt. "
    "Nehmen Sie das Bild heraus, oder beschreiben Sie es in einem Satz."
)
# Tags and addresses that load something: typed as HTML they are shown as text, but the writer meant an image.
_HTML_IMAGE = re.compile(
    r"<\s*/?\s*(?:img|image|picture|source|svg|video|audio|iframe|object|embed|link|style)\b|\burl\s*\(", re.IGNORECASE
)
_LINK = re.compile(r"(?:https?|mailto|tel):|[/?#$]|[^:/?#]*(?:[/?#]|$)", re.IGNORECASE)


def parser(**options: Any) -> MarkdownIt:
    """Renders officers' texts: their HTML stays text, `![…](…)` becomes a link, and links lead to pages, mailboxes
    or telephones only.
    """
    made = MarkdownIt("commonmark", {"html": False, **options}).disable("image")
    made.validateLink = _may_be_linked  # type: ignore[method-assign]
    return made


def has_image(text: str) -> bool:
    """Whether the text holds an image in any spelling: inline, by reference, as HTML, as data or in a style."""
    return bool(_HTML_IMAGE.search(text) or "data:image" in text.lower()) or any(_images(_with_images.parse(text)))


def refuse_images(text: str) -> None:
    """A validator for text fields."""
    if has_image(text):
        raise forms.ValidationError(NO_IMAGES)


class WithoutImages(forms.Form):
    """A form in which no text field takes an image."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.validators.append(refuse_images)


def _images(tokens: list[Token]) -> list[bool]:
    return [True for token in tokens for child in token.children or () if child.type == "image"]


def _may_be_linked(url: str) -> bool:
    return bool(_LINK.match(url.strip()))


_with_images = MarkdownIt("commonmark", {"html": False})
