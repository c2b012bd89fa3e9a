"""The pages on which people look for help: the search, and every topic. Addresses can be passed on."""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kit.phones import Call
from wegweiser import languages
from wegweiser.models import Offer, Situation, Topic
from wegweiser.search import failed_searches, ranking
from wegweiser.search.query import LONGEST, Query, parse
from wegweiser.search.ranking import Filters, Result
from wegweiser.search.suggestions import suggest

# Searched when nothing was found: offices to ask first.
FIRST_CONTACT = "Anlaufstelle Beratung"
_NEAREST = 3
_LONGEST_SUMMARY = 160
_MOST_PLACES = 3
_MOST_SUGGESTIONS = 8
_SENTENCE = re.compile(r"(?<=[a-zäöüß0-9)“]{2}[.!?])\s+(?=[A-ZÄÖÜ„(])")


@dataclass(frozen=True)
class Option:
    """A value to filter by: how many offers it leaves, and the URL that chooses it, or takes it back.

    `general` of them, counted only for towns, are for the whole Land or country.
    """

    name: str
    label: str
    count: int
    url: str
    chosen: bool
    general: int = 0

    @property
    def near(self) -> int:
        return self.count - self.general


@dataclass(frozen=True)
class Facet:
    name: str
    title: str
    options: list[Option]


@dataclass(frozen=True)
class Loosening:
    """A chosen filter, and how many offers there are without it."""

    option: Option
    count: int


@dataclass(frozen=True)
class Hit:
    """An offer in a list: a summary of its text, where it is for, in what languages beside the usual one, and whether
    somebody has checked it lately.
    """

    offer: Offer
    summary: str
    place: str
    spoken: str
    is_fresh: bool
    call: Call | None


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The search: without a question and without a filter, the topics and life situations to choose from."""
    page = _Page(request, reverse("wegweiser:search"))
    if not page.question and not page.filters:
        situations = Situation.objects.published()
        context = {"topics": page.topics, "situations": situations, "spoken": page.spoken(), "longest": LONGEST}
        return render(request, "wegweiser/start.html", context)
    if page.is_in_vain and request.method == "GET":
        failed_searches.record(page.question)
    return render(request, "wegweiser/search.html", page.context())


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    chosen = get_object_or_404(Topic, slug=slug)
    page = _Page(request, chosen.get_absolute_url(), chosen)
    return render(request, "wegweiser/topic.html", page.context() | {"topic": chosen})


@require_safe
@never_cache
def suggestions(request: HttpRequest) -> JsonResponse:
    """While somebody types (static/js/suggestions.js): topics, then offers. Counts nothing and keeps nothing."""
    found = suggest(clean(request.GET.get("q", "")), _MOST_SUGGESTIONS)
    topics = [
        {"title": each.title, "kind": _("Thema"), "url": reverse("wegweiser:topic", args=[each.slug])}
        for each in found.topics
    ]
    offers = [
        {"title": each.title, "kind": "", "url": reverse("wegweiser:offer", args=[each.slug])} for each in found.offers
    ]
    return JsonResponse({"suggestions": (topics + offers)[:_MOST_SUGGESTIONS]})


class _Page:
    """What one address asks for, and what there is to show. Values nobody knows are left out."""

    def __init__(self, request: HttpRequest, path: str, topic: Topic | None = None) -> None:
        asked = request.GET
        self.path = path
        self.topics = list(Topic.objects.all())
        self.question = "" if topic else clean(asked.get("q", ""))
        slug = topic.slug if topic else asked.get("thema", "")
        self.topic = next((each for each in self.topics if each.slug == slug), None)
        self.is_topic_page = topic is not None
        self.town = asked.get("ort", "") if asked.get("ort") in settings.MUNICIPALITIES else ""
        self.language = asked.get("sprache", "") if asked.get("sprache") in languages.LANGUAGES else ""
        self.cost = asked.get("kosten", "") if asked.get("kosten") in Offer.Cost.values else ""
        number = asked.get("seite", "")
        self.number = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1
        self.number = min(max(self.number, 1), ranking.MOST_PAGES)

    @cached_property
    def filters(self) -> Filters:
        return Filters(self.topic.pk if self.topic else None, self.town, self.language, self.cost)

    @cached_property
    def query(self) -> Query | None:
        return parse(self.question) if self.question else None

    @cached_property
    def result(self) -> Result:
        return ranking.find(self.query, self.filters, self.number)

    @cached_property
    def situations(self) -> list[Situation]:
        return ranking.situations(self.query) if self.query and self.number == 1 else []

    @property
    def is_in_vain(self) -> bool:
        return bool(self.question) and not self.filters and not self.result.count and not self.situations

    def context(self) -> dict[str, object]:
        hits = _hits(self.result)
        return {
            "question": self.question,
            "longest": LONGEST,
            "count": self.result.count,
            "general": self.result.general,
            "near": self.result.count - self.result.general,
            "land": Offer.Area.STATE.label,
            "hits": hits,
            "first": (self.number - 1) * ranking.PER_PAGE + 1,
            "situations": self.situations,
            "facets": self.facets,
            "chosen": self.chosen,
            # Another question is asked from the same place.
            "hidden": {"ort": self.town, "sprache": self.language},
            "emergency": self._emergency(hits),
            "loosenings": [] if self.result.count else self._loosenings(),
            "nearest": [] if self.result.count else self._nearest(),
            "without_filters": self._url(thema="", ort="", sprache="", kosten=""),
            "previous": self._url(seite=str(self.number - 1) if self.number > 2 else "") if self.number > 1 else "",
            "next": self._url(seite=str(self.number + 1)) if self._has_more() else "",
            "town": settings.MUNICIPALITIES.get(self.town, ""),
        }

    def _has_more(self) -> bool:
        return self.number * ranking.PER_PAGE < self.result.count and self.number < ranking.MOST_PAGES

    @cached_property
    def chosen(self) -> list[Option]:
        return [option for facet in self.facets for option in facet.options if option.chosen]

    def spoken(self) -> list[dict[str, str]]:
        """The languages beside the usual one in which there is any offer, each with its own name and its list."""
        counts = self.result.facets.get("language", {})
        return [
            {"code": code, "own": languages.OWN_NAMES.get(code, ""), "name": name, "url": self._url(sprache=code)}
            for code, name in languages.LANGUAGES.items()
            if code != languages.USUAL and counts.get(code)
        ]

    def _loosenings(self) -> list[Loosening]:
        """The chosen filters without which there is something, most first: a statement for each of at most four."""
        kinds: dict[str, dict[str, Any]] = {
            "thema": {"topic": None},
            "ort": {"town": ""},
            "sprache": {"language": ""},
            "kosten": {"cost": ""},
        }
        found = [
            Loosening(option, ranking.find(self.query, replace(self.filters, **kinds[option.name])).count)
            for option in self.chosen
        ]
        return sorted((each for each in found if each.count), key=lambda each: -each.count)

    def _emergency(self, hits: list[Hit]) -> bool:
        """The numbers stand before a topic for emergencies, and where the best answer is for one: to the question,
        whatever is filtered and on every page.
        """
        if self.topic and self.topic.emergency:
            return True
        if self.query and (self.filters or self.number > 1):
            best = ranking.offers(ranking.find(self.query))[:1]
        else:
            best = [hit.offer for hit in hits[:1]] if not self.topic else []
        return any(offer.emergency for offer in best)

    def _nearest(self) -> list[Hit]:
        """The offers to ask first when nothing was found: in the town named, or for all; by phone if possible."""
        query = parse(FIRST_CONTACT)
        query.towns = [self.town] if self.town else self.query.towns if self.query else []
        found = _hits(ranking.find(query))
        near = [hit for hit in found if query.towns or hit.offer.area != Offer.Area.LOCAL] or found
        return sorted(near, key=lambda hit: hit.call is None)[:_NEAREST]

    def _values(self) -> dict[str, str]:
        values = {"q": self.question, "thema": self.topic.slug if self.topic and not self.is_topic_page else ""}
        return values | {"ort": self.town, "sprache": self.language, "kosten": self.cost}

    def _url(self, **other: str) -> str:
        values = {
            name: value for name, value in (self._values() | other).items() if value and (name, value) != ("seite", "1")
        }
        return f"{self.path}?{urlencode(values)}" if values else self.path

    @cached_property
    def facets(self) -> list[Facet]:
        counts = self.result.facets
        topics = {str(each.pk): (each.slug, each.title) for each in self.topics}
        found = [Facet("ort", _("Wo"), self._options("ort", counts.get("town", {}), settings.MUNICIPALITIES))]
        if not self.is_topic_page:
            by_slug = {topics[key][0]: count for key, count in counts.get("topic", {}).items() if key in topics}
            found.append(Facet("thema", _("Thema"), self._options("thema", by_slug, dict(topics.values()))))
        spoken = {
            code: languages.said(code)
            for code in languages.LANGUAGES
            if code != languages.USUAL or code == self.language
        }
        found.append(Facet("sprache", _("Sprache"), self._options("sprache", counts.get("language", {}), spoken)))
        costs = {value: label for value, label in Offer.Cost.choices if value != Offer.Cost.UNKNOWN}
        found.append(Facet("kosten", _("Kosten"), self._options("kosten", counts.get("cost", {}), costs)))
        return [facet for facet in found if facet.options]

    def _options(self, name: str, counts: dict[str, int], labels: dict[str, str]) -> list[Option]:
        """Those that leave something, in the order of their labels' dictionary; the chosen one in any case."""
        now = self._values()[name]
        return [
            Option(
                name,
                str(label),
                counts.get(value, 0),
                self._url(**{name: "" if value == now else value}),
                value == now,
                self.result.general if name == "ort" else 0,
            )
            for value, label in labels.items()
            if counts.get(value) or value == now
        ]


def clean(text: str) -> str:
    """What was typed, without what cannot be seen, as long as a question may be."""
    text = "".join(char for char in text[: 4 * LONGEST] if unicodedata.category(char) != "Cf")
    seen = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(seen.split())[:LONGEST]


def _hits(result: Result) -> list[Hit]:
    return [_hit(offer) for offer in ranking.offers(result)]


def _hit(offer: Offer) -> Hit:
    places = offer.places
    place = ", ".join(places) if len(places) <= _MOST_PLACES else _("%(number)s Orte") % {"number": len(places)}
    fresh = not offer.example and not offer.is_due and offer.checked_on is not None
    foreign = languages.all_said(code for code in offer.languages if code != languages.USUAL)
    spoken = _("auch %(languages)s") % {"languages": foreign} if foreign else ""
    return Hit(offer, summary(offer.description), place, spoken, fresh, next(iter(offer.calls), None))


def summary(text: str) -> str:
    """The first sentence, or as much of it as fits."""
    first = _SENTENCE.split(" ".join(text.split()), maxsplit=1)[0]
    return first if len(first) <= _LONGEST_SUMMARY else first[:_LONGEST_SUMMARY].rsplit(" ", 1)[0].rstrip(",;:") + " …"
