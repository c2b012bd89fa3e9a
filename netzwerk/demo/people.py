"""The demo's accounts, and invented members in every state, made by the portal's own actions."""

from datetime import timedelta

from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.utils import timezone

from kit import locks
from kit.locks import Lock
from mailings.models import Feedback
from mailings.returns import feedback
from mailings.returns.feedback import Report
from members import callers, leaving, pauses, signup
from members.details import Details
from members.models import Member, Newsletter
from netzwerk.accounts import roles
from netzwerk.demo import events, figures, groups, offers
from netzwerk.demo.account import PASSWORD, USER

_DOMAIN, _OFFICE = "zuhause.example", "amt.example"
HELPER = "helferin"

# Name, town, ages of the children; the address is made from the name.
PROVEN = [
    ("Frau Sommer", "siegen", [3, 6]),
    ("Kim Althaus", "siegen", [8]),
    ("Olena Kovalenko", "kreuztal", [2, 5, 11]),
    ("Herr Wagener", "netphen", [9]),
    ("Aylin Demir", "siegen", [4]),
    ("Jonas Krämer", "hilchenbach", [1]),
    ("Mona Schütz", "freudenberg", [7, 7]),
    ("Frau Nowak", "bad-berleburg", [12, 15]),
    ("Birgit Afholderbach", "netphen", [16]),
    ("Samira Haddad", "siegen", [0, 3]),
    ("Thomas Weber", "wilnsdorf", [10, 13]),
    ("Ivana Petrović", "kreuztal", [5]),
    ("Ute Menn", "erndtebrueck", [14]),
    ("Lea Grebe", "bad-laasphe", [2]),
    ("Frau Yıldız", "siegen", [6, 8, 9]),
    ("Marek Zieliński", "burbach", [4, 7]),
    ("Nina Schreiber", "neunkirchen", [11]),
    ("Sofia Rossi", "siegen", [3]),
    ("Herr Klappert", "kreuztal", [6]),
    ("Amal Said", "hilchenbach", [1, 4, 8]),
    ("Daniela Heide", "wilnsdorf", [17]),
    ("Robin Stahl", "", [5]),
    ("Christine Mudersbach", "freudenberg", []),
    ("Nadja Orlowa", "siegen", [9, 12]),
    ("Farid Rahimi", "bad-berleburg", [2, 6]),
    ("Petra Bald", "ausserhalb", [13]),
    ("Anna-Lena Roth", "netphen", [0]),
    ("Frau Öztürk", "kreuztal", [7, 10]),
    ("Sven Bosch", "burbach", [3, 5]),
    ("Melanie Dornseifer", "siegen", [8, 11]),
    ("Tatjana Becker", "neunkirchen", [4]),
    ("Kathrin Lückel", "erndtebrueck", [6, 9]),
]
CONFIRMED = [("Jana Eckhardt", "siegen", [5]), ("Deniz Kaya", "kreuztal", [2, 4])]
ASKED = [("Maria Santos", "siegen", [7]), ("Lukas Hofmann", "", [])]
ASKED_BY_OFFICER = [("Frau Bergmann", "wilnsdorf", [10])]

# Without e-mail: name, telephone, town, and how she or he agreed.
CALLERS = [
    ("Frau Hees", "030 23125-118", "hilchenbach", "am 12. März 2026 am Telefon"),
    ("Ali Yılmaz", "030 23125-119", "siegen", "beim Frühstück im September 2026, persönlich"),
]

NEWSLETTER_TEXT = """$anrede

am Samstag, 5. Dezember, decken wir den Frühstückstisch, und Sie setzen sich hin. **Für die Kinder ist gesorgt.**

Bringen Sie mit, wen Sie mögen. Fragen beantworten wir am Telefon: $telefon

Meine Daten ansehen:
$meine_daten
"""

DISCREET = {"Samira Haddad", "Frau Nowak", "Deniz Kaya"}
NOTES = {"Ute Menn": "Bitte anrufen, liest selten Mails.", "Farid Rahimi": "Spricht Dari und etwas Deutsch."}
PAUSED = {"Nina Schreiber": 3, "Herr Klappert": 1}
BOUNCED = ["Robin Stahl", "Petra Bald"]
LEFT = ["Daniela Heide", "Christine Mudersbach", "Sven Bosch"]


def make() -> list[str]:
    """Creates what is missing; returns lines to print. Two calls at once create nothing twice."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout TO '60s'")  # another call is creating everything
        locks.take(Lock.DEMO_DATA)
        return [line for part in PARTS for line in part()]


def accounts() -> list[str]:
    """Creates an officer and a helper, so that the demo can be seen as either."""
    known = set(User.objects.filter(username__in=[USER, HELPER]).values_list("username", flat=True))
    if USER not in known:
        _account(USER, roles.COORDINATION, first_name="Rita", last_name="Sommer")
    if HELPER not in known:
        _account(HELPER, roles.DOOR, first_name="Mika", last_name="Beispiel")
    return [f"Benutzer {name}, Passwort {PASSWORD}" for name in (USER, HELPER) if name not in known]


def _account(name: str, role: str, **names: str) -> None:
    account = User.objects.create_user(name, f"{name}@{_OFFICE}", PASSWORD, is_staff=True, **names)
    account.groups.set(Group.objects.filter(name=role))


def newsletter() -> list[str]:
    """Creates a draft newsletter to try; it is never sent from here."""
    if Newsletter.objects.exists():
        return []
    Newsletter.objects.create(subject="Neuigkeiten im Dezember", text=NEWSLETTER_TEXT, written_by=USER)
    return ["eine Rundmail als Entwurf"]


def people() -> list[str]:
    """Creates about forty members. Few of them are asked by mail, so that the postbox stays readable."""
    if Member.objects.exists():
        return []
    signup.enter_all(
        [(_address(name), _details(name, town, ages)) for name, town, ages in PROVEN],
        origin=Member.Origin.OFFICER,
        by=USER,
        proof="Anmeldeblatt, Ordner „Netzwerk“",
    )
    for name, town, ages in [*CONFIRMED, *ASKED]:
        signup.ask(_address(name), _details(name, town, ages), ip=None)
    for name, _town, _ages in CONFIRMED:
        signup.confirm(_member(name).requests.get())
    for name, town, ages in ASKED_BY_OFFICER:
        signup.enter(_address(name), _details(name, town, ages), origin=Member.Origin.OFFICER, by=USER)
    for name, phone, town, proof in CALLERS:
        callers.enter(phone, Details(name=name, municipality=town), by=USER, proof=proof)
    _let_things_happen()
    return [f"{count} Mitglieder {label}" for label, count in _counts()]


PARTS = [accounts, people, newsletter, events.events, offers.offers, groups.groups, figures.figures]


def _let_things_happen() -> None:
    for name, months in PAUSED.items():
        pauses.pause(_member(name).mailbox, months)
    for name in LEFT:
        leaving.leave(_member(name).mailbox, method="POST /abmelden/")
    # No mail server answers in the demo, so the bounces are written here.
    for name in BOUNCED:
        at, words = timezone.now() - timedelta(days=3), "550 5.1.1 User unknown"
        feedback.record(Report(f"demo {name}", Feedback.Kind.HARD, at, email=_address(name), words=words))


def _counts() -> list[tuple[str, int]]:
    members = Member.objects
    return [
        ("sind dabei", members.active().count()),
        ("haben noch nicht bestätigt", members.pending().count()),
        ("haben sich abgemeldet", members.left().count()),
    ]


def _member(name: str) -> Member:
    return Member.objects.select_related("address").get(address__email=_address(name))


def _address(name: str) -> str:
    """Such as frau.oeztuerk@zuhause.example for "Frau Öztürk"."""
    local = name.lower().replace(" ", ".").translate(_ASCII)
    return f"{local}@{_DOMAIN}"


def _details(name: str, town: str, ages: list[int]) -> Details:
    year = timezone.localdate().year
    years = sorted(year - age for age in ages)
    return Details(
        name=name, municipality=town, children_years=years, discreet=name in DISCREET, note=NOTES.get(name, "")
    )


_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ı": "i", "ć": "c", "ń": "n"})
