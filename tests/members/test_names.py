"""The name by which a public authority greets somebody: their own, and nothing else. All people are invented."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from events.links import ANSWER
from events.models import Reply
from mailings import tokens
from mailings.antispam import PublicEmailForm
from members import names
from members.models import Member
from tests.events.meetings import invite, meeting
from tests.members.people import active, form
from tests.post import Post, link_in

NAMES = [
    "Kim",
    "Frau Dr. Müller-Lüdenscheidt",
    "O'Neill",
    "D’Angelo",
    "Olena",
    "Олена",
    "Олена Мар'яненко",
    "Şirin Yıldız",
    "Nguyễn Thị Ánh",
    "فاطمة الزهراء",
    "مُحَمَّد",
    "সুমাইয়া",
    "M.-L. Öz",
    "Prof. Dr. h. c. Sommer",
    "J. R.",
    "ß",
    "n" * 40,
]
NO_NAMES = [
    "n" * 41,
    "Kim 2",
    "Kim٣",
    "kim@example.org",
    "www.example.org",
    "example.org",
    "https://spam.example/x",
    "Kim: ruf an",
    "Kim/Olena",
    "Kim, wir wissen alles",
    "Kim!",
    "Kim?",
    "$anrede",
    "{{ name }}",
    "<b>Kim</b>",
    "Kim_Sommer",
    "Kim 😀",
    "Z" + "\u0335\u0321\u0322\u0327" * 3,
    "\u0301",
    "...",
    "-",
    "' '",
]


@pytest.mark.parametrize("name", NAMES)
def test_people_have_such_names(name: str) -> None:
    assert names.cleaned(name) == name


@pytest.mark.parametrize("name", NO_NAMES)
def test_nobody_has_such_a_name(name: str) -> None:
    with pytest.raises(ValidationError):
        names.cleaned(name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Kim \t Sommer ", "Kim Sommer"),
        ("Kim\u202e\r\nSommer", "Kim Sommer"),
        ("\u200fفاطمة\u200e", "فاطمة"),
        ("Frau Dr.Sommer", "Frau Dr. Sommer"),
        ("Zoe\u0308", "Zoë"),
        ("", ""),
    ],
)
def test_what_slips_in_while_typing_is_put_right(typed: str, name: str) -> None:
    assert names.cleaned(typed) == name


@given(st.text(max_size=60))
def test_whatever_is_typed_no_digit_no_link_and_nothing_unseen_gets_through(typed: str) -> None:
    try:
        name = names.cleaned(typed)
    except ValidationError:
        return
    assert len(name) <= 40
    assert name.isprintable()
    assert not any(character.isdigit() or character in "@:/\\<>$%&=?!,;_" for character in name)
    assert names.cleaned(name) == name


OLD = "Frau Sommer (Mutter von Lena und Paul aus Burbach, Tel. 030 23125-100)"


@pytest.mark.django_db
def test_an_older_name_does_not_stand_in_the_way_of_other_changes(client: Client, post: Post) -> None:
    active("kim@example.org", name=OLD)
    client.post("/meine-daten/", form("kim@example.org", PublicEmailForm))
    [mail] = post.deliver()
    path = link_in(mail, "/meine-daten/")
    assert OLD in client.get(path).content.decode()
    assert client.post(path, {"name": OLD, "municipality": "burbach"}).status_code == 302
    assert Member.objects.values_list("name", "municipality").get() == (OLD, "burbach")

    refused = client.post(path, {"name": f"{OLD}!", "municipality": "siegen"}).content.decode()
    assert "Bitte höchstens 40 Zeichen" in refused
    assert '<option value="siegen" selected>' in refused
    assert client.post(path, {"name": "Frau Sommer", "municipality": "siegen"}).status_code == 302
    assert Member.objects.get().name == "Frau Sommer"


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "status"), [("Kim Sommer", 302), (OLD, 302), ("du, wir wissen 1 Ding", 200)])
def test_the_answer_to_an_invitation_asks_for_a_name_too(typed: str, status: int, client: Client) -> None:
    invite(meeting(seats=5), "kim@example.org")
    Reply.objects.update(name=OLD)
    reply = Reply.objects.get()
    path = f"/antwort/{tokens.make(ANSWER, reply.pk, reply.nonce)}/"
    numbers = {"adults": 1, **{f"children_{index}": 0 for index in range(5)}}
    answer = client.post(path, {"antwort": "ja", "name": typed, **numbers})
    assert answer.status_code == status
    if status == 200:
        assert "Bitte nur Buchstaben" in answer.content.decode()
        assert Reply.objects.get().state == "open"
    else:
        assert Reply.objects.get().name == typed
