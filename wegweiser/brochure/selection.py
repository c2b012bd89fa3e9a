"""The offers of a brochure in their order, and a fingerprint that tells whether it has changed."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.postgres.aggregates import StringAgg
from django.db.models import CharField, Count, F, Func, Max, TextField, Value
from django.db.models.functions import MD5, Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from kit import months
from kit.folding import sort_key
from kit.printing import drawings
from kit.printing.characters import text
from wegweiser.brochure import front
from wegweiser.brochure.entries import full_entry, index_line
from wegweiser.models import Offer, OfferQuerySet, Topic

SOURCES = Path(settings.BASE_DIR) / "templates" / "wegweiser" / "brochure"
TEMPLATE = SOURCES / "brochure.typ"
# More would take longer to build than anybody waits.
MOST = 4000
_LOGO_INK = "#35584d"  # on the dark cover


@dataclass(frozen=True)
class Selection:
    """A topic and a town, as slugs; "" means all."""

    topic: str = ""
    town: str = ""

    def offers(self) -> OfferQuerySet:
        offers = Offer.objects.published()
        offers = offers.for_topic(self.topic) if self.topic else offers
        return offers.in_municipality(self.town) if self.town else offers

    def topics(self) -> list[Topic]:
        topics = Topic.objects.all()
        return list(topics.filter(slug=self.topic) if self.topic else topics)


@dataclass(frozen=True)
class Fingerprint:
    """`key` changes as soon as a brochure built now would differ."""

    key: str
    count: int


def fingerprint(selection: Selection) -> Fingerprint:
    """The fingerprint of what is in the database now. Four statements, whatever the number of offers."""
    offers = selection.offers()
    row = Func(template="md5(wegweiser_offer::text)", output_field=TextField())
    held = offers.annotate(line=Concat(row, Value(" "), F("provider__name"), output_field=TextField())).aggregate(
        count=Count("pk"), digest=_digest("line")
    )
    pair = Concat(Cast("offer_id", CharField()), Value(" "), Cast("topic_id", CharField()), output_field=TextField())
    topics_of = Offer.topics.through.objects.filter(offer__in=offers).aggregate(digest=_digest(pair))
    facts = [
        [held["digest"], topics_of["digest"], offers.due(months.today()).count()],
        [[topic.slug, topic.title, topic.text, topic.icon, topic.emergency] for topic in Topic.objects.all()],
        [settings.SITE_NAME, settings.SITE_URL, settings.REGION, settings.CONTACT_PHONE, settings.MUNICIPALITIES],
        [source.read_text() for source in sorted(SOURCES.iterdir())],
    ]
    return Fingerprint(hashlib.sha256(json.dumps(facts).encode()).hexdigest(), held["count"])


def _digest(line: Any) -> MD5:
    return MD5(StringAgg(line, "\n", order_by="pk", default=Value("")))


def content(selection: Selection) -> str:
    """The data for the typst template, as JSON."""
    rows = selection.offers().select_related("provider").prefetch_related("topics")
    offers = sorted(rows, key=lambda offer: (sort_key(offer.title), offer.pk))
    newest = selection.offers().aggregate(day=Max("changed_at"))["day"] or timezone.now()
    topics = selection.topics()
    town = settings.MUNICIPALITIES.get(selection.town, "")
    chosen = [name for name in (topics[0].title if selection.topic else "", town) if name]
    facts = front.front(chosen, timezone.localdate(newest)) | {
        "topics": _by_topic(offers, topics),
        "places": _by_place(offers, selection.town),
        "ends": _ends(),
        "logo": drawings.logo(_LOGO_INK),
        "scene": drawings.scene("-20 0 760 470"),
    }
    return json.dumps(text(facts), ensure_ascii=False)


def _by_topic(offers: list[Offer], topics: list[Topic]) -> list[dict[str, Any]]:
    """Every offer once in full, in an emergency topic if it has one; its other topics refer to it."""
    rank = {topic.pk: (not topic.emergency, number) for number, topic in enumerate(topics)}
    home: dict[int, int] = {}
    for offer in offers:
        own = [topic.pk for topic in offer.topics.all() if topic.pk in rank]
        if own:
            home[offer.pk] = min(own, key=rank.__getitem__)
    shown = [_topic(topic, offers, home) for topic in topics]
    homeless = [full_entry(offer) for offer in offers if offer.pk not in home]
    if homeless:
        shown.append(_section("weitere", _("Weitere Angebote"), entries=homeless))
    return [section for section in shown if section["entries"] or section["others"]]


def _topic(topic: Topic, offers: list[Offer], home: dict[int, int]) -> dict[str, Any]:
    here = [offer for offer in offers if home.get(offer.pk) == topic.pk]
    about = [offer for offer in offers if home.get(offer.pk) != topic.pk and topic in offer.topics.all()]
    return _section(
        topic.slug,
        topic.title,
        text=topic.text,
        icon=topic.icon,
        emergency=topic.emergency,
        entries=[full_entry(offer) for offer in here],
        others=[index_line(offer) | {"call": offer.calls[0].text if offer.calls else ""} for offer in about],
    )


def _section(slug: str, title: str, **facts: Any) -> dict[str, Any]:
    known = drawings.icons()
    icon = known.get(facts.pop("icon", "info"), known["info"])
    empty: dict[str, Any] = {"text": "", "emergency": False, "entries": [], "others": []}
    return empty | facts | {"title": title, "label": f"thema-{slug}", "icon": icon}


def _ends() -> list[dict[str, Any]]:
    """The lines of the contents before and after the topics."""
    known = drawings.icons()
    return [{"label": label, "icon": known[icon], "text": ""} for label, icon in [("heft", "info"), ("orte", "ort")]]


def _by_place(offers: Iterable[Offer], town: str) -> list[dict[str, Any]]:
    """The index: towns by name, then offers for more people than those of a town."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for offer in offers:
        for place in offer.places or [_("Ohne Ort")]:
            groups.setdefault(place, []).append(index_line(offer))
    names = settings.MUNICIPALITIES
    towns = [names[town]] if town else sorted(names.values(), key=sort_key)
    wider = [place for place in groups if place not in names.values()]
    return [{"name": place, "entries": groups[place]} for place in [*towns, *wider] if place in groups]
