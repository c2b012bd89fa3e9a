"""The proof of consent (P-01), discreet mailboxes, and members whom officers enter."""

import itertools

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from members import proofs, signup
from members.details import Details
from members.models import Consent, Member, Wording
from tests.members.people import active, asked, confirm_by_mail, form
from tests.post import Post, link_in, text_of

pytestmark = pytest.mark.django_db


def test_the_proof_says_who_when_what_and_how(client: Client, post: Post, time_machine) -> None:
    """P-01: complete, with clock time, in the exact words, and the hash can be computed again."""
    time_machine.move_to("2026-11-23T21:30:07+01:00", tick=False)
    client.post("/mitmachen/", form("kim@example.org"))
    [mail] = post.deliver()
    time_machine.move_to("2026-11-23T21:34:41+01:00", tick=False)
    confirm_by_mail(client, post, "kim@example.org")
    chain = list(Consent.objects.select_related("address", "consent_text", "privacy_notice", "mail_text"))
    assert [str(link) for link in chain] == [
        "um Aufnahme gebeten am 23.11.2026, 21:30:07 Uhr",
        "mit dem Link aus der Mail bestätigt am 23.11.2026, 21:34:41 Uhr",
    ]
    for link, method in zip(chain, ["POST /mitmachen/", "POST /mitmachen/bestaetigen/"], strict=True):
        assert link.address.email == "kim@example.org"
        assert (link.method, link.message_id) == (method, mail["Message-ID"])
        assert link.form_url == "http://127.0.0.1:8000/mitmachen/"
        assert link.lists == "Rundmails und Einladungen des Netzwerks"
        assert link.consent_text
        assert link.consent_text.text == proofs.consent_text()
        assert link.privacy_notice
        assert "Datenschutz" in link.privacy_notice.text
        assert link.mail_text
        assert "Adresse bestätigen:" in link.mail_text.text
        for text in (link.consent_text, link.privacy_notice, link.mail_text):
            assert proofs.sha256(text.text) == text.sha256
            assert text.version.startswith("2026-11-23/")


def test_a_new_wording_is_a_new_version_and_the_old_one_stays(client: Client) -> None:
    asked("kim@example.org")
    proofs.FlatPage.objects.filter(url="/datenschutz/").update(content="Neue Fassung")
    asked("olena@example.org")
    assert Wording.objects.filter(kind="privacy").count() == 2
    assert Wording.objects.filter(kind="consent").count() == 1


@pytest.mark.parametrize("table", ["members_consent", "members_wording", "members_tally"])
@pytest.mark.parametrize("action", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_keeps_the_proof_even_from_us(table: str, action: str) -> None:
    active("kim@example.org")
    asked("olena@example.org")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(action.format(table))


def test_erasing_ends_with_its_block() -> None:
    active("kim@example.org")
    proofs.delete(Consent.objects.none())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Consent.objects.all().delete()


def test_a_watched_mailbox_gets_one_line_and_one_link_in_every_mail(client: Client, post: Post) -> None:
    client.post("/mitmachen/", form("kim@example.org", discreet="on"))
    confirm_by_mail(client, post, "kim@example.org")
    post.deliver()
    for mail in post.mails:
        assert mail["Subject"] == "Nachricht für Sie"
        lines = text_of(mail).split()
        assert " ".join(lines[:-1]) == "Es gibt eine Nachricht für Sie:"
        assert lines[-1].startswith("http://127.0.0.1:8000/")
    reading = client.get(link_in(post.mails[-1], "/nachricht/"))
    assert "schön, dass Sie dabei sind" in reading.content.decode()
    assert "no-store" in reading["Cache-Control"]


def test_an_officer_enters_joerg_who_has_signed_on_paper(post: Post) -> None:
    member = signup.enter(
        "joerg@example.org", Details(name="Jörg"), origin="officer", by="amt", proof="Ordner 3, Blatt 12"
    )
    assert Member.objects.get(pk=member.pk).state == "active"
    [consent] = Consent.objects.all()
    assert (consent.act, consent.proof, consent.entered_by) == ("recorded", "Ordner 3, Blatt 12", "amt")
    assert post.deliver() == []


def test_an_officer_enters_joerg_who_is_asked_by_mail(client: Client, post: Post) -> None:
    signup.enter("joerg@example.org", Details(name="Jörg"), origin="officer", by="amt")
    confirm_by_mail(client, post, "joerg@example.org")
    assert Member.objects.get().state == "active"
    assert list(Consent.objects.values_list("act", "entered_by")) == [("asked", "amt"), ("confirmed", "")]


def test_an_officer_cannot_reset_who_is_already_there() -> None:
    active("kim@example.org", name="Kim")
    with pytest.raises(Member.DoesNotExist):
        signup.enter("kim@example.org", Details(name="Anders"), origin="officer", by="amt")
    assert Member.objects.get().name == "Kim"


def test_entering_many_costs_a_fixed_number_of_statements(django_assert_num_queries) -> None:
    counts = []
    for people in (["a"], [f"p{number}" for number in range(60)]):
        with transaction.atomic():
            statements = itertools.count()

            def note(execute, sql, params, many, context, statements=statements):
                next(statements)
                return execute(sql, params, many, context)

            with connection.execute_wrapper(note):
                signup.enter_all([(f"{name}@example.org", Details()) for name in people], origin="import", by="amt")
            counts.append(next(statements))
    assert counts[0] == counts[1]
