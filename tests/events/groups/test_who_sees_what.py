"""The table of who sees what (members.groups.sight), tried on every page, mail, calendar, feed and file (G-02).

Each thing has words of its own. A word that a viewer may not see stands nowhere; one that the viewer may see is there.
"""

import re

import pytest
from django.test import Client

from mailings import tokens
from mailings.antispam import PublicEmailForm
from members.groups import joining, links, memberships, reports, sight, talking
from members.groups.sight import SEES, Thing, Viewer
from members.models import Group, GroupRequest
from netzwerk.accounts import roles
from tests.events.groups.test_leaving import walk
from tests.members.groups.circle import asking, circle, join, member, page_of
from tests.members.people import form
from tests.netzwerk.accounts.officers import desk_of, officer
from tests.post import Post, link_in
from tests.pressing import press

pytestmark = pytest.mark.django_db

WORDS: dict[Thing, list[str]] = {
    Thing.NOTICE: ["Draußen mit Kindern"],
    Thing.PEOPLE: ["Seltsamsven", "Wunderolena"],
    Thing.MESSAGES: ["Nachrichtenwort"],
    Thing.MEETINGS: ["Spaziergangswort", "Parkweg 3"],
    Thing.REQUESTS: ["Mehmetasks", "Anfragewort"],
    Thing.REPORTS: ["Meldungswort"],
}
ADDRESSES = re.compile(r"(?:jana|sven|aylin|wunderolena|mehmetasks|ralf)@example\.org")
NUMBER = re.compile("23125-?167")  # as it was typed, and as pages spell it
PUBLIC = [
    "/", "/gruppen/", "/gruppen/sicher/", "/termine/", "/termine/kalender.ics", "/termine/feed/", "/sitemap.xml",
    "/wegweiser/?q=spaziergang", "/wegweiser/angebote.json", "/wegweiser/services", "/robots.txt",
    "/wegweiser/vorschlaege.json?q=spaz", "/leichte-sprache/",
]  # fmt: skip
MAILBOX = {
    Viewer.APPLICANT: "mehmetasks",
    Viewer.NEWCOMER: "wunderolena",
    Viewer.MEMBER: "aylin",
    Viewer.CONTACT: "jana",
    Viewer.REMOVED: "ralf",
}
DESK = [
    "/verwaltung/", "/verwaltung/events/event/", "/verwaltung/members/group/", "/verwaltung/members/groupreport/",
    "/verwaltung/mailings/mailing/", "/verwaltung/mailings/delivery/",
]  # fmt: skip


@pytest.fixture
def group(post: Post, settings) -> Group:
    """One of each: a meeting with Aylin's number, a message, somebody who asks, a report, somebody taken out."""
    settings.DEMO = True  # no second factor
    made = circle("Aylin", "Ralf")
    made.memberships.filter(name="Sven").update(name="Seltsamsven")
    join(made, "Wunderolena")
    memberships.end(member(made, "Ralf"), "removed", "Test")
    post.deliver()
    event = walk(member(made, "Aylin"))
    event.title = "Spaziergangswort"
    event.save()
    talking.say(member(made, "Aylin"), "Nachrichtenwort")
    memberships.show_phone(member(made, "Aylin"), "030 23125-167", [member(made, "Jana")])
    reports.report(member(made, "Aylin"), "Meldungswort")
    asking(made, "Mehmetasks", "Anfragewort.")
    post.deliver()
    return made


def mails_to(mailbox: str, post: Post) -> str:
    mails = [mail for mail in post.mails if mail["To"] == mailbox]
    bodies = [part.get_content() for mail in mails for part in mail.walk() if part.get_content_maintype() == "text"]
    headers = [f"{name}: {value}" for mail in mails for name, value in mail.items() if name != "To"]
    return "\n".join([*bodies, *headers])


def pages(viewer: Viewer, group: Group) -> list[str]:
    """What the viewer can open besides what is public."""
    if viewer == Viewer.APPLICANT:
        mine = GroupRequest.objects.filter(group=group, address__email="mehmetasks@example.org").get()
        return [links.ASKED_PATH.replace("{token}", tokens.make(links.ASKED, mine.pk, mine.nonce))]
    names = {Viewer.NEWCOMER: "Wunderolena", Viewer.MEMBER: "Aylin", Viewer.CONTACT: "Jana", Viewer.REMOVED: "Ralf"}
    if viewer not in names:
        return []
    own = page_of(group, names[viewer])
    leaving = links.leave_url(member(group, names[viewer])).removeprefix("http://127.0.0.1:8000")
    return [own, f"{own}?anfrage=1&antwort=passt", f"{own}treffen/", f"{own}zweite/", f"{own}termin.ics", leaving]


def client_of(viewer: Viewer) -> Client:
    if viewer == Viewer.OFFICER:
        return desk_of(officer("Ruth", roles.COORDINATION))
    if viewer == Viewer.DOOR:
        return desk_of(officer("Mika", roles.DOOR))
    return Client()


def everything(viewer: Viewer, group: Group, post: Post) -> str:
    client = client_of(viewer)
    paths = [*PUBLIC, f"/gruppen/{group.slug}/", *pages(viewer, group)]
    if viewer in (Viewer.OFFICER, Viewer.DOOR):
        change = [f"/verwaltung/members/group/{group.pk}/change/", f"/verwaltung/members/group/{group.pk}/history/"]
        report = f"/verwaltung/members/groupreport/{group.reports.get().pk}/change/"
        paths += [*DESK, *change, report]
        assert client.get(report).status_code == (200 if viewer == Viewer.OFFICER else 403)
    seen = [client.get(path).getvalue().decode(errors="ignore") for path in paths]
    return "\n".join([*seen, mails_to(f"{MAILBOX.get(viewer, viewer)}@example.org", post)])


@pytest.mark.parametrize("viewer", Viewer)
def test_each_viewer_sees_what_the_table_says_and_nothing_else(viewer: Viewer, group: Group, post: Post) -> None:
    shown = everything(viewer, group, post)
    for thing, words in WORDS.items():
        for word in words:
            assert (word in shown) is (thing in SEES[viewer]), (viewer, thing, word)
    if viewer != Viewer.OFFICER:  # whose list of mails says to whom they went, but neither what nor in which group
        assert not ADDRESSES.findall(shown)
    # Aylin, who is the member here, shows it to Jana, by name.
    assert bool(NUMBER.search(shown)) is (viewer in (Viewer.CONTACT, Viewer.MEMBER))


# What stands in "Meine Daten" because the person wrote it, or is called so.
OWN = {
    Viewer.APPLICANT: ["Mehmetasks", "Anfragewort"],
    Viewer.NEWCOMER: ["Wunderolena"],
    Viewer.MEMBER: ["Meldungswort"],
}


def held_of(mailbox: str, client: Client, post: Post) -> str:
    """The page "Meine Daten" of this address, and both files of it."""
    client.post("/meine-daten/", form(mailbox, PublicEmailForm))
    post.deliver()
    path = link_in(post.to(mailbox), "/meine-daten/")
    answers = [client.get(path + file) for file in ("", "daten.json", "daten.html")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    return "\n".join(answer.getvalue().decode() for answer in answers)


@pytest.mark.parametrize("viewer", MAILBOX)
def test_in_meine_daten_nobody_reads_more_than_the_table_says_but_their_own(
    viewer: Viewer, client: Client, group: Group, post: Post
) -> None:
    mailbox = f"{MAILBOX[viewer]}@example.org"
    shown = held_of(mailbox, client, post)
    allowed = [word for thing in SEES[viewer] for word in WORDS[thing]] + OWN.get(viewer, [])
    found = {word for words in WORDS.values() for word in words if word in shown}
    assert found <= set(allowed)
    assert found >= set(OWN.get(viewer, [])) | {"Draußen mit Kindern"}
    assert set(ADDRESSES.findall(shown)) == {mailbox}
    assert bool(NUMBER.search(shown)) is (viewer == Viewer.MEMBER)  # whose it is


def test_somebody_kept_out_who_asks_again_sees_no_more_than_a_stranger(
    client: Client, group: Group, post: Post
) -> None:
    memberships.keep_out(group, "ralf2@example.org", "beate")
    joining.ask(group, "ralf2@example.org", "Rolfkept", "Ich bin neu.", None)
    post.deliver()
    path = link_in(post.to("ralf2@example.org"), "/gruppen/anfrage/")
    press(client, client.get(path).content.decode(), "Ja, Anfrage abschicken", path)
    post.deliver()
    shown = client.get(path).content.decode() + held_of("ralf2@example.org", client, post)
    shown += mails_to("ralf2@example.org", post)
    for thing, words in WORDS.items():
        assert thing == Thing.NOTICE or not [word for word in words if word in shown]
    assert not ADDRESSES.findall(shown)
    assert not NUMBER.search(shown)


def test_the_table_has_every_viewer_and_every_thing() -> None:
    assert set(SEES) == set(Viewer)
    assert set(WORDS) == set(Thing)


def test_control_a_page_that_forgets_to_ask_is_found(group: Group, post: Post, monkeypatch) -> None:
    monkeypatch.setattr(sight, "sees", lambda membership, thing: True)
    shown = everything(Viewer.NEWCOMER, group, post)
    assert "Parkweg 3" in shown


def test_no_group_tells_a_number_of_people(client: Client, group: Group) -> None:
    for path in ("/gruppen/", f"/gruppen/{group.slug}/"):
        html = client.get(path).content.decode()
        assert not re.search(r"\b\d+ (?:Menschen|Personen|Mitglieder|Leute)", html)


def test_taking_the_number_back_hides_it_at_once(client: Client, group: Group) -> None:
    assert NUMBER.search(client.get(page_of(group, "Jana")).content.decode())
    assert not NUMBER.search(client.get(page_of(group, "Sven")).content.decode())
    memberships.show_phone(member(group, "Aylin"), "", [])
    assert not NUMBER.search(client.get(page_of(group, "Jana")).content.decode())
    assert member(group, "Aylin").phone == ""


def test_a_personal_page_is_never_stored_and_not_for_search_engines(client: Client, group: Group) -> None:
    answer = client.get(page_of(group, "Jana"))
    assert "no-store" in answer["Cache-Control"]
    assert 'content="noindex, nofollow"' in answer.content.decode()


def test_a_page_needs_as_many_queries_however_many_there_are(client: Client, django_assert_max_num_queries) -> None:
    small, large = circle("Aylin"), circle(*(f"Person{number}" for number in range(6)))
    large.memberships.update(name="Kim")
    for group in (small, large):
        walk(member(group, "Jana"))
        talking.say(member(group, "Jana"), "Hallo")
    counts = []
    for group in (small, large):
        path = page_of(group, "Jana")
        with django_assert_max_num_queries(60) as captured:
            client.get(path)
        counts.append(len(captured))
    assert counts[0] == counts[1]
