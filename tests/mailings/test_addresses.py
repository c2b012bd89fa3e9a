"""Addresses as Olena, Gülşen and the officers write them."""

from email.headerregistry import Address
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailings.addresses import InvalidAddress, canonical, normalise


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("o.patt@example.org", "o.patt@example.org"),
        (" emre_wuest@example.net ", "emre_wuest@example.net"),
        ("\u200bemre@example.net\u00a0", "emre@example.net"),
        ("emre@example\u00ad.net\r\n", "emre@example.net"),
        ("ELIF.WUEST95@EXAMPLE.NET", "elif.wuest95@example.net"),
        ("mailto:d.grossmann@mail.example", "d.grossmann@mail.example"),
        ("MailTo: d.grossmann@mail.example?subject=Treffen", "d.grossmann@mail.example"),
        ("Thomas, Elif <e.thomas@example.org>", "e.thomas@example.org"),
        ('"Völkel, Anna" <A.Voelkel@example.org>;', "a.voelkel@example.org"),
        ("Anna <mailto:anna@example.org>", "anna@example.org"),
        ("anna@example.org<mailto:anna@example.org>", "anna@example.org"),
        ("<anna@example.org>", "anna@example.org"),
        ("'anna@example.org'", "anna@example.org"),
        ("„anna@example.org“", "anna@example.org"),
        ("anna@example.org.", "anna@example.org"),
        ("anna@example.org,", "anna@example.org"),
        ("o'neil+treffen@example.org", "o'neil+treffen@example.org"),
        ("anna@Müller.de", "anna@xn--mller-kva.de"),
        ("anna@mu\u0308ller.de", "anna@xn--mller-kva.de"),
        ("anna@straße.example", "anna@xn--strae-oqa.example"),
        ("anna@kreis.test", "anna@kreis.test"),
    ],
)
def test_what_a_program_can_clean_up_becomes_an_address(written: str, address: str) -> None:
    assert normalise(written) == address


MISSING = "Es steht keine E-Mail-Adresse da."
NO_AT = "Das @ fehlt, wie in „name@example.org“."
AT_IN_WORDS = "Das @ fehlt: Statt „(at)“ muss das Zeichen @ dastehen."
TWO = "Hier stehen zwei Adressen. Bitte nur eine eintragen."
TWO_AT = "Hier steht das @ zweimal. Es darf nur einmal vorkommen."
NO_END = "Hier fehlt das Ende, zum Beispiel „.de“."
BLANK = "In der Adresse ist eine Lücke. Bitte ohne Leerzeichen schreiben."
INVISIBLE = "In der Adresse steckt ein unsichtbares Zeichen. Bitte neu eintippen."
POINT = "In der Adresse ist ein Punkt zu viel."
TOO_LONG = "Das ist zu lang für eine E-Mail-Adresse."
IMPOSSIBLE = "Diese Adresse kann es so nicht geben. Bitte Zeichen für Zeichen prüfen."


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", MISSING),
        (" \u00a0\u200b", MISSING),
        ("<>", MISSING),
        ("unbekannt verzogen", NO_AT),
        ("ute.funk.example.org", NO_AT),
        ("eva.schmidt(at)example.org", AT_IN_WORDS),
        ("eva.schmidt [AT] example.org", AT_IN_WORDS),
        ("eva.schmidt ät example.org", AT_IN_WORDS),
        ("pia.rau@example.org, pia.privat@example.net", TWO),
        ("pia.rau@example.org\npia.privat@example.net", TWO),
        ("pia.rau@example.org/pia.privat@example.net", TWO),
        ("pia.rau@example.org <pia.privat@example.net>", TWO),
        ("kim.hof@@example.org", TWO_AT),
        ("ina.berg@example", NO_END),
        ("ina.berg@gmx.d", NO_END),
        ("ina@localhost", NO_END),
        ("ina @example.org", BLANK),
        ("ina@example.org privat", BLANK),
        ("ina@example.org\r\nBcc: alle", INVISIBLE),
        ("i\x00na@example.org", INVISIBLE),
        ("i\u202ena@example.org", INVISIBLE),
        ("ina..berg@example.org", POINT),
        (".ina@example.org", POINT),
        ("ina@example..org", POINT),
        ("ina@gmx,de", "Hinter dem @ steht ein Komma. Gemeint ist wohl ein Punkt."),
        ("@example.org", "Vor dem @ fehlt etwas, wie in „name@example.org“."),
        ("ina@", "Hinter dem @ fehlt etwas, wie in „name@example.org“."),
        ("jürgen@example.org", "Vor dem @ gehen nur Buchstaben von a bis z, keine Umlaute. Bitte prüfen."),
        ("a" * 65 + "@example.org", TOO_LONG),
        ("ina@" + "beispiel." * 28 + "de", TOO_LONG),
        ("ina@" + "x" * 2000, TOO_LONG),
        ("ina@-example.org", IMPOSSIBLE),
        ("ina@rechner.local", IMPOSSIBLE),
        ("ina@192.168.10.20", IMPOSSIBLE),
        ("ina:geheim@example.org", IMPOSSIBLE),
    ],
)
def test_what_needs_a_person_is_refused_with_a_sentence_that_helps(written: str, reason: str) -> None:
    with pytest.raises(InvalidAddress) as refused:
        normalise(written)
    assert refused.value.reason == reason
    assert str(refused.value) == reason


nearly_addresses = st.lists(
    st.sampled_from([*"ab.@+-_ <>\"',;:()[]\\\r\n\0\t\u00a0\u200b\u202eüß。．", "xn--", "mailto:", "de", "(at)"]),
    max_size=40,
).map("".join)


@given(st.one_of(st.text(), st.emails(), nearly_addresses))
@example("a@xn--.de")
@example("a@b。de")
@example("a@1.2.3")
def test_whatever_is_typed_an_address_comes_out_that_mail_programs_understand_or_a_reason(text: str) -> None:
    try:
        address = normalise(text)
    except InvalidAddress:
        return
    assert parseaddr(address) == ("", address)
    assert Address(addr_spec=address).addr_spec == address
    assert address.isascii()
    assert address.isprintable()
    assert address == address.lower()
    assert len(address) <= 254
    assert normalise(address) == address


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Anna@Example.org", "anna@example.org"),
        ("anna+treffen@example.org", "anna@example.org"),
        ("anna+a+b@example.org", "anna@example.org"),
        ("a.n.na+x@gmail.com", "anna@gmail.com"),
        ("an.na@googlemail.com", "anna@gmail.com"),
        ("an.na@example.org", "an.na@example.org"),
        ("+anna@example.org", "+anna@example.org"),
    ],
)
def test_anna_has_one_mailbox_however_she_decorates_her_address(address: str, mailbox: str) -> None:
    assert canonical(address) == mailbox
