"""What the desk shows of one person: status, contact, answers, mails, consent. A fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from events import wording
from events.answering import answers
from events.desk.answers import BADGES as ANSWER_BADGES
from events.models import Event, Reply
from kit import phones
from kit.desk.admin import StatusBadge
from mailings.desk import failures, resending
from mailings.desk.badges import BADGES
from mailings.models import Address, Delivery, Feedback
from mailings.personal_data import in_words
from members import details, pauses, personal_data
from members.lookup.status import status_of
from members.models import NETWORK, Consent, GroupMembership, Member
from netzwerk.accounts.mails import called

FEW_MAILS = 10
# Invitations of colleagues and the like are mails to an account, whoever else has the same address. What is said in
# groups stays there (R-02, G-03).
NOT_SHOWN = (
    Q(mailing__template__startswith="netzwerk/")
    | Q(mailing__template="sign_in_changed")
    | Q(mailing__template__startswith="groups/")
)
# What a mail is, by its template. What is not named says it by its subject.
KINDS = {
    "newsletter": "Rundmail",
    "my_data": "Link zu „Meine Daten“",
    "events/answer_link": "Link zum Antworten",
    "events/cancelled": "Absage",
    "events/cancelled_unanswered": "Absage",
    "events/changed": "Änderung",
    "events/changed_unanswered": "Änderung",
    "events/invitation": "Einladung",
    "events/last_call": "Nachfrage",
    "events/moved_up": "Platz frei geworden",
    "events/not_coming": "Bestätigung, dass niemand kommt",
    "events/own": "Nachricht zum Treffen",
    "events/place": "Ort",
    "events/reminder": "Erinnerung",
    "events/waiting": "Bestätigung, auf der Warteliste",
    "events/waiting_for_more": "Bestätigung, auf der Warteliste",
    "events/yes": "Bestätigung",
    "members/address_new": "Frage, ob die neue Adresse stimmt",
    "members/address_old": "Hinweis an die alte Adresse",
    "members/already": "Hinweis, dass die Adresse schon dabei ist",
    "members/confirm": "Bitte um Bestätigung",
    "members/confirm_entered": "Bitte um Bestätigung",
    "members/welcome": "Begrüßung",
    "wegweiser/check": "Jährliche Prüfung im Wegweiser",
    "wegweiser/check_again": "Jährliche Prüfung im Wegweiser",
    "wegweiser/confirm": "Bitte um Bestätigung einer Meldung",
    "wegweiser/declined": "Antwort auf eine Meldung",
    "wegweiser/published": "Antwort auf eine Meldung",
}


class Phone(NamedTuple):
    text: str
    tel: str
    from_answer: bool


@dataclass(frozen=True)
class Mail:
    """One mail to the person, with its fate in words and its text, "" once that is forgotten."""

    delivery: Delivery
    kind: str
    style: str
    fate: str
    text: str
    may_send_again: bool


@dataclass(frozen=True)
class Answer:
    """A meeting and what the household has answered; `reply` is None if nobody has asked it."""

    event: Event
    reply: Reply | None
    text: str
    style: str
    who: str
    how: str
    remark: str
    is_open: bool


class Bounce(NamedTuple):
    since: datetime
    what: str
    words: str


def mails(address: Address, now: datetime, *, every: bool) -> tuple[list[Mail], int]:
    """The latest mails, or every, and how many more there are. Three queries."""
    copies = address.deliveries.exclude(NOT_SHOWN).select_related("mailing").prefetch_related("feedback__group")
    number = copies.count()
    shown = copies.order_by("-pk") if every else copies.order_by("-pk")[:FEW_MAILS]
    found = [_mail(copy, now) for copy in shown]
    return found, number - len(found)


def _mail(copy: Delivery, now: datetime) -> Mail:
    if copy.state in failures.FAULTS:
        fate = failures.failure_of(copy).what
    elif copy.state == Delivery.State.SENT:
        fate = "verschickt, bisher kam nichts zurück"
    else:
        fate = copy.get_reason_display() if copy.reason else copy.get_state_display()
    return Mail(
        copy,
        KINDS.get(copy.mailing.template, ""),
        BADGES[Delivery.State(copy.state)],
        fate,
        resending.text_of(copy, now),
        resending.may_send_again(copy, now),
    )


def groups(address: Address) -> list[GroupMembership]:
    """The groups that the person belongs to; what is said in them stays there. One query."""
    return list(address.group_memberships.members().not_over().select_related("group").order_by("joined_at", "pk"))


def bounce(address: Address) -> Bounce | None:
    """Why no mail goes to the address any more; None if it does."""
    if address.bounced_at is None:
        return None
    bounces = address.feedback.exclude(kind=Feedback.Kind.COMPLAINT)
    last = bounces.select_related("delivery__mailing").order_by("-at", "-pk").first()
    if last is None:
        return Bounce(address.bounced_at, "Was der Mailserver schrieb, ist nach 90 Tagen gelöscht.", "")
    if last.delivery and last.delivery.state in Delivery.NOT_ARRIVED:
        failure = failures.failure_of(last.delivery)
    else:
        failure = failures.GONE if last.kind == Feedback.Kind.HARD else failures.NOT_NOW
    return Bounce(address.bounced_at, failure.what, last.words)


def phone(member: Member, replies: Iterable[Reply]) -> Phone | None:
    """The number to call; without one of the member's own, that of the latest answer."""
    own = [(member.phone, False)] if member.phone else []
    told = [(reply.phone, True) for reply in replies if reply.phone]
    for text, from_answer in [*own, *told]:
        return Phone(phones.spelt(text), phones.tel(text), from_answer)
    return None


def replies_of(member: Member) -> list[Reply]:
    """The latest meeting first."""
    whose = Q(address=member.address) if member.address else Q(caller=member)
    rows = Reply.objects.of_the_network().filter(whose).exclude(state=Reply.State.OPEN, invited_at=None)
    return list(rows.select_related("event__capacity", "waiting_list_entry").order_by("-event__begins_at", "-pk"))


def answered(replies: list[Reply], names: dict[str, str], now: datetime) -> list[Answer]:
    """Every answer, and the coming meetings to which the person is not invited: the next one first, then what is over.
    One query.
    """
    known = {reply.event_id for reply in replies}
    coming = Event.objects.filter(state=Event.State.PUBLISHED).upcoming(now).exclude(pk__in=known)[:FEW_MAILS]
    unasked = [Answer(event, None, "nicht eingeladen", "", "", "", "", True) for event in coming]
    found = [*unasked, *(_answer(reply, names, now) for reply in replies)]
    nearest_first = sorted(found, key=lambda answer: abs(answer.event.begins_at - now))
    return sorted(nearest_first, key=lambda answer: answer.event.is_over(now))


def _answer(reply: Reply, names: dict[str, str], now: datetime) -> Answer:
    badge = StatusBadge(reply.get_state_display(), ANSWER_BADGES[Reply.State(reply.state)])
    if reply.arrived_at:
        badge = StatusBadge("war da", "badge-fresh")
    entry = answers.waiting_list_entry_of(reply)
    row = entry or (reply if reply.seats else None)
    offered = bool(reply.event.capacity.childcare_total)
    who = wording.party(row.adults, row.children, row.childcare, offered=offered) if row else ""
    is_open = reply.event.state == Event.State.PUBLISHED and not reply.event.is_over(now)
    return Answer(reply.event, reply, *badge, who, _how(reply, names), reply.remark, is_open)


def _how(reply: Reply, names: dict[str, str]) -> str:
    if reply.answered_at is None:
        return f"Eingeladen am {_day(reply.invited_at)}." if reply.invited_at else ""
    way = f"Eingetragen von {names.get(reply.entered_by, reply.entered_by)}" if reply.entered_by else "Über den Link"
    return f"{way} am {_day(reply.answered_at)}."


def officers(*names: Iterable[str]) -> dict[str, str]:
    """The names by which colleagues know these accounts. One query."""
    wanted = {name for some in names for name in some if name}
    return {user.get_username(): called(user) for user in User.objects.filter(username__in=wanted)}


def reason(member: Member, chain: list[Consent], now: datetime) -> str:
    """Why the person gets mail, or none, in a sentence or two."""
    if member.state == Member.State.LEFT:
        of_network = [link for link in chain if link.lists == NETWORK]
        last = of_network[-1].method if of_network else ""
        ways = {"RFC 8058": "mit dem Knopf im Mailprogramm", "Verwaltung": "über die Gleichstellungsstelle"}
        how = ways.get(last, "über den Link in einer Mail" if last.startswith("POST") else "")
        return f"Abgemeldet am {_day(member.left_at)}{', ' + how if how else ''}."
    if member.state == Member.State.PENDING:
        return _pending(member, now)
    since = f"Auf der Liste seit {_day(member.joined_at)}, {_CAME[Member.Origin(member.origin)]}."
    if member.address is None:
        return f"{since} Ohne E-Mail-Adresse: Diese Person erfährt alles am Telefon."
    if member.address.is_paused(now):
        until = _day(member.address.paused_until)
        return f"{since} Macht Pause bis {until}: bis dahin keine Rundmails und Einladungen."
    return since


_CAME = {
    Member.Origin.FORM: "über die Seite „Mitmachen“",
    Member.Origin.IMPORT: "von einer Liste übernommen",
    Member.Origin.OFFICER: "von der Gleichstellungsstelle eingetragen",
}


def _pending(member: Member, now: datetime) -> str:
    asked = f"Gefragt am {_day(member.asked_at)}, noch nicht bestätigt."
    if member.confirm_until and member.confirm_until < now:
        return f"{asked} Der Link gilt nicht mehr. Sieben Tage nach der Frage löschen wir alles."
    return f"{asked} Der Link in unserer Mail gilt bis {_day(member.confirm_until)}."


def _day(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "j. F Y") if at else "–"


def context(member: Member, *, with_answers: bool, every_mail: bool) -> dict[str, Any]:
    """Everything on the page of a person."""
    now, address = timezone.now(), member.address
    chain = personal_data.chain_of(member)
    replies = replies_of(member) if with_answers else []
    names = officers((reply.entered_by for reply in replies), (link.entered_by for link in chain), [member.noted_by])
    shown, older = mails(address, now, every=every_mail) if address else ([], 0)
    return {
        "chain": [(link, names.get(link.entered_by, link.entered_by)) for link in chain],
        "answers": answered(replies, names, now) if with_answers else [],
        "mails": shown,
        "older": older,
        "mail_number": len(shown) + older,
        "answer_days": settings.ANSWER_DAYS,
        "text_days": settings.MAIL_TEXT_DAYS,
        "delivery_days": settings.DELIVERY_DAYS,
        "last": next((mail for mail in shown if mail.may_send_again), None),
        "details": in_words(details.told(member)),
        "phone": phone(member, replies),
        "status": status_of(member, now),
        "reason": reason(member, chain, now),
        "pauses": pauses.MONTHS,
        "is_paused": bool(address and address.is_paused(now)),
        "bounce": bounce(address) if address else None,
        "noted_by": names.get(member.noted_by, member.noted_by),
    }
