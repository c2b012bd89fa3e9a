"""What the demo's network has counted in the years before, so that its Zwischenbilanz shows something. Invented."""

from datetime import date

from django.utils import timezone

from kit import months, tallies
from kit.tallies import What
from netzwerk.models import Tally
from netzwerk.report import tallying

# For each half of the last three years, the oldest first.
HALVES: list[dict[tuple[What, str], int]] = [
    {
        (What.JOINED, ""): joined, (What.CONFIRMED, ""): joined - 1, (What.LEFT, ""): left, (What.INVITED, ""): asked,
        (What.ANSWERED, "link"): link, (What.ANSWERED, "phone"): phone, (What.ANSWERED, "door"): door,
        (What.MOVED_UP, ""): families, (What.HELD, "treffen"): 1, (What.HELD, "vortrag"): 1,
        (What.DOOR_COUNTED, ""): 2, (What.CAME_ADULTS, ""): adults, (What.CAME_CHILDREN, ""): children,
        (What.CHILDREN, "3-5"): children // 2, (What.CHILDREN, "6-9"): children // 3,
        (What.CHILDCARE, "3-5"): children * 2 // 3, (What.TURNED_AWAY, ""): families,
        (What.CHECKED, ""): joined * 3, (What.HINTED, ""): families + 4, (What.REPORTED, ""): families,
        (What.SEARCHED_IN_VAIN, "kinderbetreuung/bad-laasphe"): families * 3 + 4,
        (What.SEARCHED_IN_VAIN, "wohnen/siegen"): families * 2 + 3, (What.SEARCHED_IN_VAIN, "/"): 48,
        (What.BROCHURE, ""): asked, (What.MAIL_SENT, ""): asked * 5, (What.MAIL_BOUNCED, ""): 12 - families,
    }
    for joined, left, asked, link, phone, door, adults, children, families in [
        (13, 1, 98, 70, 21, 11, 26, 31, 2), (7, 2, 104, 82, 19, 8, 29, 35, 3), (9, 4, 122, 101, 18, 7, 33, 44, 2),
        (8, 3, 131, 112, 17, 8, 37, 46, 4), (9, 4, 148, 128, 16, 9, 41, 52, 4), (3, 5, 157, 139, 13, 6, 44, 58, 5),
    ]
]  # fmt: skip
# How many have joined so many months ago.
NEW = {9: 1, 6: 2, 4: 1, 2: 2}
OFFERS = [(96, 55), (112, 79), (120, 101)]


def figures() -> list[str]:
    """Nothing is made twice; the running year is counted by what happens in the demo."""
    this_year = timezone.localdate().year
    first = date(this_year - len(OFFERS), 1, 1)
    if Tally.objects.filter(on__lt=first.replace(year=this_year), what=What.JOINED).exists():
        return []
    for what in (What.JOINED, What.CONFIRMED):  # the people of the demo have been there for years
        tallies.count(what, -tallying.total(what))
    for place, half in enumerate(HALVES):
        on = date(first.year + place // 2, 6 * (place % 2) + 4, 11)
        for (what, of), number in half.items():
            tallies.count(what, number, on=on, of=of)
    for ago, number in NEW.items():
        tallies.count(What.JOINED, number, on=months.before(timezone.localdate(), ago))
    offers, fresh = 0, 0
    for place, (now, checked) in enumerate(OFFERS):
        on = date(first.year + place, 12, 30)
        tallies.count(What.OFFERS, now - offers, on=on)
        tallies.count(What.FRESH_OFFERS, checked - fresh, on=on)
        offers, fresh = now, checked
    return [f"Zahlen der Jahre {first.year} bis {this_year - 1}"]
