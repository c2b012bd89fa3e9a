"""Tokens: one purpose, one row, dead with a new nonce (S-07)."""

import itertools

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mailings import tokens
from mailings.links import LEAVE, MY_DATA, READ
from mailings.models import Address

PURPOSES = [LEAVE, MY_DATA, READ, "confirm"]


@pytest.fixture
def kim(db) -> Address:
    return Address.objects.create(email="kim@example.org")


def opens(purpose: str, token: str, **options: bool) -> bool:
    return tokens.find(purpose, token, Address.objects.all(), **options) is not None


def test_only_the_purpose_it_was_made_for(kim: Address) -> None:
    for made, used in itertools.product(PURPOSES, PURPOSES):
        assert opens(used, tokens.make(made, kim.pk, kim.nonce)) == (made == used)


def test_only_the_row_it_was_made_for(kim: Address) -> None:
    olena = Address.objects.create(email="olena@example.org")
    mac = tokens.make(LEAVE, kim.pk, kim.nonce).partition("-")[2]
    assert not opens(LEAVE, f"{olena.pk}-{mac}")
    assert kim.nonce != olena.nonce


def test_a_new_nonce_revokes_it(kim: Address) -> None:
    token = tokens.make(LEAVE, kim.pk, kim.nonce)
    Address.objects.update(nonce=tokens.new_nonce())
    assert not opens(LEAVE, token)


def test_a_new_key_kills_all_but_lasting_ones(kim: Address, settings) -> None:
    token = tokens.make(LEAVE, kim.pk, kim.nonce)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [settings.SECRET_KEY]
    assert not opens(LEAVE, token)
    assert opens(LEAVE, token, lasting=True)
    settings.SECRET_KEY_FALLBACKS = []
    assert not opens(LEAVE, token, lasting=True)


def test_every_changed_character_spoils_it(kim: Address) -> None:
    token = tokens.make(LEAVE, kim.pk, kim.nonce)
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        assert not opens(LEAVE, token[:place] + other + token[place + 1 :])
    assert not opens(LEAVE, token + "A")
    assert not opens(LEAVE, token[:-1])


def test_nonces_have_more_than_128_bits_and_the_row_does_not_hold_the_token(kim: Address) -> None:
    token = tokens.make(LEAVE, kim.pk, kim.nonce)
    assert len(kim.nonce) == 64
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mailings_address")
        assert token.partition("-")[2] not in str(cursor.fetchall())


class Fuzz(TestCase):
    @given(st.text(max_size=60))
    def test_no_text_opens_anything_or_fails(self, text: str) -> None:
        assert not opens(LEAVE, text)
