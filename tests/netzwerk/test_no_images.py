"""Nothing that officers write loads an image from elsewhere: refused in the form, and never rendered (M-15)."""

import re
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest
from django import forms
from django.contrib.flatpages.models import FlatPage
from django.test import Client
from markdown_it import MarkdownIt

from events import wording
from events.desk.event_forms import EventForm
from kit import markdown
from mailings import templates
from mailings.models import Mailing
from members.models import Newsletter
from members.newsletters import writing
from netzwerk.pages import texts
from tests.desk import change
from tests.events.desk.test_event_forms import ADD, filled
from tests.mailings.test_mail_quality import TEMPLATES, facts
from tests.test_house import modules
from tests.test_house import text as text_of_module

pytestmark = pytest.mark.django_db

IMAGES = [
    "![x](https://fremd.example/p.png)",
    "Hallo ![](//fremd.example/p.png) Welt",
    "![x][bild]\n\n[bild]: https://fremd.example/p.png",
    "![bild]\n\n[bild]: <https://fremd.example/p.png> 'p'",
    "- Punkt\n  > ![x](https://fremd.example/p.png)",
    "[![x](https://fremd.example/p.png)](https://fremd.example/)",
    '<img src="https://fremd.example/p.png">',
    "<IMG\nSRC=https://fremd.example/p.png>",
    '<svg><image href="https://fremd.example/p.png"/></svg>',
    '<video poster="https://fremd.example/p.png"></video>',
    '<style>body { background: url("https://fremd.example/p.png") }</style>',
    '<p style="background:URL (https://fremd.example/p.png)">',
    "[x](data:image/png;base64,iVBORw0KGgo=)",
    "![x](data:image/png;base64,iVBORw0KGgo=)",
]
THREE = IMAGES[0], IMAGES[2], IMAGES[6]
# What a program loads without being asked; of the styles only those that an officer typed.
LOADS = re.compile(
    r"<(?:img|image|picture|source|svg|video|audio|iframe|object|embed|link|script|style)\b"
    r"|\s(?:src|srcset|poster|background)\s*=|\sstyle\s*=[^>]*url\s*\(|data:image",
    re.IGNORECASE,
)
RENDERERS: dict[str, Callable[[str], str]] = {
    "event": wording.as_html,
    "page": lambda text: texts.as_html(text)[0],
    "mail": lambda text: (
        writing.template_of(Newsletter(subject="Neues", text=text)).unsaved_mailing().html.partition("</head>")[2]
    ),
    "mail as a page": templates.as_page,
}
# Where an officer types what becomes HTML: the form's address and what it sends, for each of its text fields.
EVENT = (
    "title",
    "summary",
    "text",
    "place",
    "address",
    "host",
    "childcare_note",
    "calendar_title",
    "contact",
    "schedule",
)


def tags(html: str) -> str:
    """Its tags alone: what an officer typed as HTML is shown as text."""
    return " ".join(re.findall(r"<[a-zA-Z][^>]*>", html))


@pytest.mark.parametrize("text", IMAGES)
def test_every_spelling_of_an_image_is_found(text: str) -> None:
    assert markdown.has_image(text)


@pytest.mark.parametrize("text", THREE)
def test_the_form_of_an_event_refuses_an_image_in_every_field_and_keeps_the_text(beate: Client, text: str) -> None:
    form = beate.post(ADD, filled(**dict.fromkeys(EVENT, text))).context["adminform"].form
    assert [name for name in EVENT if markdown.NO_IMAGES not in form.errors.get(name, [])] == []
    assert form["text"].value() == text


@pytest.mark.parametrize("text", THREE)
def test_a_newsletter_and_a_page_refuse_an_image_and_keep_the_text(beate: Client, text: str) -> None:
    for path, field in [
        ("/verwaltung/members/newsletter/add/", "text"),
        (f"/verwaltung/flatpages/flatpage/{FlatPage.objects.get(url='/datenschutz/').pk}/change/", "content"),
    ]:
        answer = change(beate, path, {"subject": "Neues", "title": "Datenschutz", field: text})
        form = answer.context["adminform"].form
        assert form.errors[field] == [markdown.NO_IMAGES], path
        assert form[field].value() == text


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("text", IMAGES)
def test_a_text_that_was_stored_before_is_shown_without_its_image(renderer: str, text: str) -> None:
    assert not LOADS.search(tags(RENDERERS[renderer](text)))


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_mail_of_ours_turns_a_fact_into_an_image(name: str) -> None:
    """Titles and names of providers come from outside."""
    awkward = dict(zip(facts(), cycle(IMAGES), strict=False))
    html = templates.load(name, kind=Mailing.Kind.PERSONAL, facts=awkward).unsaved_mailing().html
    assert not LOADS.search(tags(html.partition("</head>")[2]))


@pytest.mark.parametrize("text", [text for text in IMAGES if "![" in text])
def test_control_markdown_as_it_comes_loads_the_image(text: str) -> None:
    assert LOADS.search(tags(MarkdownIt("commonmark", {"html": False}).render(text)))


@pytest.mark.parametrize("text", [text for text in IMAGES if text.startswith("<")])
def test_control_html_that_is_let_through_loads_the_image(text: str) -> None:
    assert LOADS.search(tags(MarkdownIt("commonmark", {"html": True}).render(text)))


def test_what_only_looks_like_an_image_is_taken() -> None:
    for text in (
        "5 > 3, <3 und ![ohne Ende](",
        "`![x](y)` zeigt, wie es ginge",
        "Ein Bild: https://fremd.example/p.png",
    ):
        assert not markdown.has_image(text)


def test_every_text_is_rendered_by_the_one_parser_that_knows_no_image() -> None:
    makers = [path for path in modules() if path.parts[0] != "tests" and "MarkdownIt(" in text_of_module(path)]
    assert makers == [Path("kit/markdown.py")]
    typed = {name for name, field in EventForm.base_fields.items() if isinstance(field, forms.CharField)}
    assert typed == {*EVENT, "online_link", "key"}, "a field that is new here is tried above"
