"""Standard names for columns and tables; no row is written."""

from django.db import migrations, models
from django.db.models import F, Q

SEATS_WHEN_COMING = Q(state="yes", seats__gte=1) | (~Q(state="yes") & Q(seats=0, childcare_seats=0))
CONSTRAINTS = [
    ("capacity", "heads_within_ceiling", "seats_within_limit", Q(seats__lte=F("seat_limit"))),
    ("capacity", "care_within_ceiling", "childcare_within_limit", Q(childcare_seats__lte=F("childcare_seat_limit"))),
    ("reply", "places_only_for_who_comes", "seats_only_when_coming", SEATS_WHEN_COMING),
    ("reply", "care_is_part_of_heads", "childcare_is_part_of_seats", Q(childcare_seats__lte=F("seats"))),
]
COLUMNS = [
    ("capacity", "capacity", "total"),
    ("capacity", "heads", "seats"),
    ("capacity", "ceiling", "seat_limit"),
    ("capacity", "care_capacity", "childcare_total"),
    ("capacity", "care", "childcare_seats"),
    ("capacity", "care_ceiling", "childcare_seat_limit"),
    ("reply", "heads", "seats"),
    ("reply", "care", "childcare_seats"),
    ("waitinglistentry", "heads", "seats"),
    ("waitinglistentry", "care", "childcare_seats"),
]


class Migration(migrations.Migration):
    dependencies = [("events", "0003_keep_door")]

    operations = [
        migrations.RenameModel("Places", "Capacity"),
        migrations.RenameModel("Wish", "WaitingListEntry"),
        *[migrations.RemoveConstraint(model, old) for model, old, _, _ in CONSTRAINTS],
        *[migrations.RenameField(model, old, new) for model, old, new in COLUMNS],
        *[
            migrations.AddConstraint(model, models.CheckConstraint(name=new, condition=condition))
            for model, _, new, condition in CONSTRAINTS
        ],
    ]
