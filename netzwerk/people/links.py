"""The desk's pages of people, for those who know only their addresses (settings.PERSON_URLS)."""

from collections.abc import Iterable

from django.urls import reverse

from members.models import Member


def urls(addresses: Iterable[int]) -> dict[int, str]:
    """The URL of the person's page by the key of the address; without addresses of nobody. One query."""
    people = Member.objects.filter(address__in=addresses).values_list("address", "pk")
    return {address: reverse("person", args=[pk]) for address, pk in people}
