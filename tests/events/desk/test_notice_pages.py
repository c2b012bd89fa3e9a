"""The officer tells a change or cancels: what is new, a sentence of her own, the silent too. Beate is invented."""

import pytest
from django.test import Client

from events.answering import answers
from kit import markdown
from tests.desk import page
from tests.events.desk.test_event_forms import again, at, told
from tests.events.meetings import invite, meeting, party
from tests.events.test_notices import ANNA, BEN, CEM, OLD_PLACE, STINE, announced, sent
from tests.post import Post

pytestmark = pytest.mark.django_db


def test_the_officer_sees_what_changes_says_something_and_reaches_the_silent(beate: Client, post: Post) -> None:
    event = announced()
    post.deliver()
    shown = told(beate.post(at(event), again(event, place="Kulturhaus", last_day=""), follow=True))
    assert "Neu ist der Ort." in " ".join(shown.split())
    assert "Kulturhaus, Parkweg 3, Siegen" in shown
    assert OLD_PLACE in shown
    assert "Auch denen, die noch nicht geantwortet haben (1)" in shown
    event.refresh_from_db()
    form = {"seen": event.sequence, "note": "Der Heizkessel ist **kaputt**.\n\n--\nRuth", "unanswered": "on"}
    assert "Die Mail geht jetzt an 4 Familien." in told(beate.post(at(event, "mitteilen"), form, follow=True))
    texts = sent(post)
    assert texts.keys() == {ANNA, BEN, STINE, CEM}
    for text in texts.values():
        assert "Der Heizkessel ist kaputt.\n\n–\nRuth\n" in text
    assert "Ich komme:" in texts[CEM]
    assert "Ich komme:" not in texts[ANNA]


@pytest.mark.parametrize("action", ["mitteilen", "absagen"])
@pytest.mark.parametrize(
    ("note", "sentence"),
    [("x" * 501, "höchstens 500 Zeichen"), ("![x](https://fremd.example/p.png)", markdown.NO_IMAGES)],
)
def test_a_sentence_is_checked_as_other_texts_and_kept(
    beate: Client, post: Post, action: str, note: str, sentence: str
) -> None:
    event = announced()
    post.deliver()
    answer = beate.post(at(event, action), {"seen": event.sequence, "note": note, "unanswered": "on"})
    assert answer.status_code == 200
    assert sentence in " ".join(str(error) for error in answer.context["form"].errors["note"])
    assert (answer.context["form"]["note"].value(), answer.context["form"]["unanswered"].value()) == (note, True)
    event.refresh_from_db()
    assert (event.state, event.sequence, post.deliver()) == ("published", 0, [])


def test_a_mail_with_nothing_new_needs_a_sentence(beate: Client, post: Post) -> None:
    event = announced()
    post.deliver()
    answer = beate.post(at(event, "mitteilen"), {"seen": event.sequence})
    assert "Schreiben Sie, was Sie mitteilen möchten." in told(answer)
    assert post.deliver() == []
    beate.post(at(event, "mitteilen"), {"seen": event.sequence, "note": "Bringen Sie bitte $5 und Hausschuhe mit."})
    assert "Bringen Sie bitte $5 und Hausschuhe mit." in sent(post)[ANNA]


def test_where_all_have_answered_nobody_else_is_offered(beate: Client) -> None:
    event = meeting()
    (anna,) = invite(event, ANNA)
    answers.accept(anna, party(1))
    for action in ("mitteilen", "absagen"):
        assert "noch nicht geantwortet haben (" not in page(beate, at(event, action))
