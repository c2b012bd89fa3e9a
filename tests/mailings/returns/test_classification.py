"""What a server's words mean for the mailbox: hard needs positive evidence that it is gone (M-21)."""

import time
from pathlib import Path

import pytest

from mailings.returns import bounces, parts, wording
from mailings.returns.classification import judge, kind_of, refuses, status_in

ABOUT_US = [
    "No SMTP service",
    "Bad DNS PTR resource record",
    "Dialup/transient IP not allowed",
    "SPF authentication failed",
    "DMARC check failed",
    "invalid HELO",
    "listed in a DNSBL",
    "Administrative prohibition",
    "relay not permitted",
    "Message refused",
    "Encryption required",
    "Sender verify failed",
    "Sender address is not allowed",
    "Service currently unavailable",
    "Host network not allowed",
]


@pytest.mark.parametrize("words", ABOUT_US)
@pytest.mark.parametrize("status", ["5.0.0", "", "5.1.1"])
@pytest.mark.parametrize("reply", ["554 ", "550 ", ""])
def test_what_is_about_us_is_never_about_the_mailbox(reply: str, status: str, words: str) -> None:
    assert kind_of(status, reply + words) == "soft"


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (
            "5.0.0",
            "554 IP=192.0.2.1 - A problem occurred. (Ask your postmaster for help or contact tosa@rx.t-online.example)"
            " (BL)",
        ),
        ("5.1.8", "553 Domain of sender address rueck@netzwerk.example does not exist"),
        ("5.1.8", ""),
        ("5.1.7", "550 invalid address"),
        ("5.2.1", "550 The user is receiving mail at a rate that prevents additional messages"),
        ("5.1.1", "550 5.7.1 IP address blacklisted"),
        ("5.1.3", "553 http://www.spamhaus.example/query/bl"),
        ("5.1.1", "The sender has sent to too many recipients this hour"),
        ("", "The recipient server did not accept our requests to connect"),
        ("", "all hosts have been failing for a long time"),
        ("", "the connection timed\nout"),
        ("", "host mx.siegen.example was not\nfound"),
        ("5.0.0", "550 Rejected"),
        ("5.7.1", "554 5.7.1 <anna@siegen.example>: Recipient address rejected: Access denied"),
        ("5.1.1", "550 5.7.1 Delivery not authorized"),  # the code in the text outranks the status
        ("5.2.1", ""),
        ("", ""),
        ("4.4.1", "unknown user"),
        ("", "450 mailbox unavailable"),
        ("5.1.1", "552 5.2.2 mailbox full"),
        # a server that checks our return path speaks of us
        ("", "550 <rueck+0123456789abcdef0123456789abcdef@netzwerk.example> user unknown, does not exist"),
    ],
)
def test_without_evidence_against_the_mailbox_a_refusal_is_soft(status: str, text: str) -> None:
    assert kind_of(status, text) == "soft"


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ("", "550 User unknown"),
        ("5.0.0", "No such user"),
        ("5.7.1", "554 5.7.1 <anna@siegen.example>: Recipient address rejected: User unknown"),
        ("", "550 5.1.1 rejected"),
        ("5.1.1", ""),
        ("5.1.6", ""),
        ("", "550 Requested action not taken: mailbox unavailable"),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied"),
        ("5.4.4", "Host or domain name not found. Name service error for name=weg.example type=MX: Host not found"),
        ("", "550 user un\r\n    known, no such\n    user"),
        ("", "550 The email account that you tried to reach is disabled"),
        ("", "550 Postfach existiert nicht"),
        ("", "550 Die E-Mail-Adresse wurde gelöscht"),
        ("", "550 Empfaenger unbekannt"),
        ("", "550 Empf\u0061\u0308nger unbekannt"),  # an umlaut in two characters
        ("", "550 Utilisateur inconnu"),
        ("", "550 Nie ma takiego użytkownika"),
        ("", "550 Gebruiker onbekend"),
        ("", "550 <anna@antispam.example> user unknown"),  # a host's name is no reason
        ("", "550 <full.house@siegen.example> user unknown"),
    ],
)
def test_words_and_codes_that_the_mailbox_is_gone_are_hard(status: str, text: str) -> None:
    assert kind_of(status, text) == "hard"


def test_an_answer_outranks_the_explanation_behind_it() -> None:
    assert judge("", "550 5.7.1 Rejected", "The address may not exist: user unknown").kind == "soft"
    assert judge("", "550 5.1.1 <anna@siegen.example>", "Is it blocked? Ask your provider.").kind == "hard"
    assert judge("5.0.0", "X-Postfix; delivery failed", "The mailbox does not exist.").kind == "hard"


def test_what_sendmail_makes_of_every_550_is_no_evidence() -> None:
    """The answer has no code of three parts; the reporting server guesses one, and words for it."""
    transcript = "<<< 550 Go away\n550 5.1.1 <anna@siegen.example>... User unknown"
    assert judge("5.1.1", "SMTP; 550 Go away", transcript).kind == "soft"
    assert judge("5.1.1", "SMTP; 550 No such user", transcript).kind == "hard"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("550 5.1.1 no", "5.1.1"),
        ("550-5.1.1 no", "5.1.1"),
        ("5.2.2 full", "5.2.2"),
        ("host mx.siegen.example[198.51.100.3] said: 550 5.1.1 no", "5.1.1"),
        ("Remote Server returned '550 5.1.10 no'", "5.1.10"),
        ("smtp;550 #5.1.0 Address rejected", "5.1.0"),
        ("Sorry, no mailbox here. (#5.1.1)", "5.1.1"),
        ("sent with version 5.1.1 of our program", ""),
        ("198.5.1.1", ""),
        ("am 5.1.1999", ""),
    ],
)
def test_a_code_counts_where_servers_put_it(text: str, code: str) -> None:
    assert status_in(text) == code


@pytest.mark.parametrize("text", ["Tel. 02732 555-321", "555-321 ist unser Fax", "Telefon: 555 321", "Zimmer 512"])
def test_a_telephone_number_is_no_code(text: str) -> None:
    assert not refuses(text)


def test_the_note_of_an_office_is_no_bounce() -> None:
    note = (
        "From: Postmaster <postmaster@stadt.example>\nIn-Reply-To: <1@netzwerk.example>\nSubject: Ihre Nachricht\n\n"
        "Unser Büro ist geschlossen. In dringenden Fällen Tel. 02732 555-321\n"
    )
    assert bounces.examine(note.encode()).kind is None


def test_a_bounce_is_read_behind_a_long_covering_note() -> None:
    mail = (
        "From: Sekretariat <info@netzwerk.example>\nSubject: WG: Unzustellbar\n\n"
        "Liebe Kollegin, das kam heute Morgen hier an. Können Sie bitte nachsehen, was das bedeutet, und es in der "
        "Liste vermerken? Vielen Dank und einen schönen Tag!\n\n-----Ursprüngliche Nachricht-----\n"
        "Von: Mail Delivery System <mailer-daemon@relay.example>\n\n"
        "<anna@siegen.example>: host mx.siegen.example said: 550 5.1.1 User unknown\n"
    )
    assert bounces.examine(mail.encode()).kind == "hard"
    assert bounces.examine(mail.replace("Von: ", "Gruß an ").encode()).kind is None


def test_a_subject_in_encoded_words_is_read() -> None:
    mail = (
        "Return-Path: <>\nFrom: =?utf-8?q?B=C3=BCro?= <it@schule.example>\n"
        "Subject: =?utf-8?b?TmljaHQgenVzdGVsbGJhcg==?=\n\n550 Empf=E4nger unbekannt\n"
    )
    assert bounces.examine(mail.encode()).kind == "hard"


def phrases() -> list[tuple[str, str]]:
    text = (Path(__file__).parent / "samples" / "phrases.tsv").read_text(encoding="utf-8")
    return [(kind, phrase) for kind, phrase in (line.split("\t") for line in text.splitlines()[1:])]


def test_phrases_are_read_as_a_postmaster_reads_them() -> None:
    assert [(kind, phrase) for kind, phrase in phrases() if kind_of("5.0.0", f"550 {phrase}") != kind] == []
    assert len(phrases()) == 194


FLOODS = ["\n", "a", "a.", "a@", "-", "<", ": ", "user ", "user not ", "550 ", "550-", "--- copy\n", "> "]


@pytest.mark.parametrize("flood", FLOODS)
def test_a_mail_twice_as_long_costs_at_most_about_twice_as_much(flood: str) -> None:
    """The ratio of processor times, the best of some tries each, on any machine."""
    short, long = (f"From: mailer-daemon@boese.example\n\n{flood * (size // len(flood))}".encode() for size in SIZES)
    assert min(seconds(long) / seconds(short) for _ in range(3)) <= 2.5


SIZES = 32 * 1024, 64 * 1024


def seconds(data: bytes) -> float:
    start = time.process_time()
    bounces.examine(data)
    return time.process_time() - start


def test_what_is_longer_than_256_kb_is_cut_before_anything_looks_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = []
    monkeypatch.setattr(parts, "complaint", lambda message: lengths.append(len(message.get_payload())))
    bounces.examine(b"\n" + b"x" * 1024 * 1024)
    assert lengths == [wording.LONGEST_TEXT - 1]
