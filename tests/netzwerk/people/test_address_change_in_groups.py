"""Groups go along when somebody's address changes. Kim and the officer Beate are invented."""

import pytest
from django.test import Client

from mailings import tokens
from mailings.models import Address
from members.groups import links as group_links
from members.models import NETWORK, Consent, GroupMembership, Member
from tests.members.groups import circle as groups
from tests.members.people import active
from tests.netzwerk.people.test_address_change import NEW, OLD, confirms, enters
from tests.post import Post

pytestmark = pytest.mark.django_db


def test_groups_go_along_and_their_links_in_the_old_mailbox_end(beate: Client, post: Post) -> None:
    """The old mailbox may be read by somebody whom Kim fears."""
    group = groups.circle("Kim")
    kim, jana = active(groups.email("Kim")), groups.address("Jana")
    mine = groups.member(group, "Kim")
    before = mine.nonce
    with_new = GroupMembership.objects.create(group=groups.circle(), address=Address.objects.ensure(NEW), name="Kim")
    twice = GroupMembership.objects.create(group=group, address=Address.objects.ensure(NEW), name="Kim")
    enters(beate, kim, NEW)
    confirms(Client(), post, NEW)
    now = {row.pk: row for row in GroupMembership.objects.select_related("address").filter(name="Kim")}
    mine.refresh_from_db()
    assert twice.pk not in now
    assert {row.address.email for row in now.values()} == {NEW}
    assert (mine.state, mine.nonce == before, with_new.pk in now) == ("member", False, True)
    assert (
        tokens.find(group_links.PAGE, tokens.make(group_links.PAGE, mine.pk, before), GroupMembership.objects) is None
    )
    jana.refresh_from_db()
    assert jana.email == groups.email("Jana")


def test_what_somebody_agreed_to_under_the_new_address_goes_along(beate: Client, post: Post) -> None:
    kim = active(OLD)
    group = groups.circle()
    groups.join(group, "Kimneu")
    email = groups.email("Kimneu")
    chain = list(Consent.objects.filter(address__email=email).values_list("act", "at", "lists"))
    assert [act for act, _at, _lists in chain] == ["asked", "confirmed"]
    enters(beate, kim, email)
    assert "Ab jetzt schreiben wir an diese Adresse." in confirms(Client(), post, email)
    mine = Member.objects.select_related("address").get(pk=kim.pk).mailbox
    assert list(mine.consents.exclude(lists=NETWORK).values_list("act", "at", "lists")) == chain
    assert GroupMembership.objects.get(group=group, address=mine).state == "member"
