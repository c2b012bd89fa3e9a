"""Which groups the welcome and an invitation name to whom: those of the reader's town, for the children's ages."""

from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from events import invitations
from members import signup
from members.audience import Audience
from members.groups import finding
from members.groups.models import ONLINE
from members.models import Group, Member
from tests.events.meetings import invite, meeting
from tests.members.groups.circle import PROPOSAL, circle
from tests.members.people import active
from tests.post import Post, link_in, text_of

pytestmark = pytest.mark.django_db


def group(title: str, town: str = "kreuztal", *ages: int, **state: object) -> None:
    made = circle(proposal=replace(PROPOSAL, title=title, town=town, ages=list(ages)))
    Group.objects.filter(pk=made.pk).update(**state)
    made.memberships.update(contact=False)  # Jana may be a contact of three


def born(age: int) -> int:
    return timezone.localdate().year - age


def test_a_year_of_birth_may_belong_to_two_bands() -> None:
    years = {band: finding.years_of([band]) for band in range(4)}
    assert (min(years[0]), max(years[0])) == (born(3), born(0))
    assert (min(years[3]), max(years[3])) == (born(18), born(12))
    assert [band for band in years if born(3) in years[band]] == [0, 1]
    assert [band for band in years if born(5) in years[band]] == [1]


def test_near_is_the_own_town_first_then_online_and_only_what_fits(db) -> None:
    group("Kleine am Fluss", "kreuztal", 1)
    group("Große", "kreuztal", 3)
    group("Alle Kinder")
    group("Am Bildschirm", ONLINE)
    group("Siegener Kleine", "siegen", 1)
    group("Volle Gruppe", takes_members=False)
    group("Heimliche", shown=False)
    near = {
        name: finding.near(active(f"{name}@example.org", municipality=town, children_years=years))
        for name, town, years in [
            ("olena", "kreuztal", [born(5)]),
            ("mehmet", "kreuztal", [born(15), born(5)]),
            ("aylin", "kreuztal", []),
            ("ruth", "kreuztal", [born(30)]),
            ("kim", "", [born(5)]),
            ("uwe", "siegen", [born(9)]),
        ]
    }
    all_of_town = "„Alle Kinder“ (Kreuztal), „Große“ (Kreuztal), „Kleine am Fluss“ (Kreuztal)"
    assert near == {
        "olena": "„Alle Kinder“ (Kreuztal), „Kleine am Fluss“ (Kreuztal), „Am Bildschirm“ (online)",
        "mehmet": all_of_town,
        "aylin": all_of_town,
        "ruth": all_of_town,
        "kim": "„Am Bildschirm“ (online)",
        "uwe": "„Am Bildschirm“ (online)",
    }
    assert finding.near(Member()) == ""


def test_the_welcome_names_them(post: Post) -> None:
    group("Kleine am Fluss", "kreuztal", 1)
    signup.ask("olena@example.org", signup.Details(municipality="kreuztal", children_years=[born(4)]), None)
    found = signup.find(link_in(post.deliver()[-1], "/mitmachen/bestaetigen/").split("/")[3])
    assert found
    signup.confirm(found)
    post.deliver()
    assert "Vielleicht passt eine zu Ihnen: „Kleine am Fluss“ (Kreuztal)." in text_of(post.to("olena@example.org"))


def test_an_invitation_names_to_each_their_own_in_a_fixed_number_of_queries(
    client: Client, post: Post, django_assert_max_num_queries
) -> None:
    group("Kleine am Fluss", "kreuztal", 1)
    group("Koch$kreis <alle>", "siegen")
    active("olena@example.org", municipality="kreuztal", children_years=[born(4)])
    active("uwe@example.org", municipality="siegen")
    active("kim@example.org", municipality="hilchenbach")
    with django_assert_max_num_queries(30) as few:
        invitations.invite(meeting(), Audience())
    post.deliver()
    for name, line in [
        (
            "olena",
            "treffen sich auch ohne uns, vielleicht passt eine zu Ihnen: „Kleine am Fluss“ (Kreuztal).",
        ),
        ("uwe", "ohne uns, vielleicht passt eine zu Ihnen: „Koch$kreis <alle>“ (Siegen). Welche"),
        ("kim", "Kleine Gruppen treffen sich auch ohne uns. Welche Gruppe noch Platz hat"),
    ]:
        assert line in text_of(post.to(f"{name}@example.org"))
    found = link_in(post.to("kim@example.org"), "/gruppen/vorschlagen/")
    assert "Wie heißt die Gruppe?" in client.get(found).content.decode()
    for number in range(20):
        active(f"p{number}@example.org", municipality="siegen", children_years=[born(number)])
    with django_assert_max_num_queries(30) as many:
        invitations.invite(meeting(), Audience())
    assert len(few) == len(many)


def test_without_any_group_an_invitation_still_shows_how_to_found_one(post: Post) -> None:
    invite(meeting(), "kim@example.org")
    post.deliver()
    said = text_of(post.to("kim@example.org"))
    assert "ohne uns" not in said
    assert "Gruppe vorschlagen: http://127.0.0.1:8000/gruppen/vorschlagen/" in said
