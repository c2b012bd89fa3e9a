"""Old code on new tables (D-09): what a migration must not do while web server and workers run, unless CHANGELOG says
that they are to be stopped, and names it.

Looked at are the migrations since the version of `portal-5534b9c.json`: columns and tables that go, and new ones that
an INSERT of old code does not know. What SQL and Python in a migration do is for its writer to see.
"""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from tests.upgrade.test_upgrade import FACTS

STOP = "### Update: stop web and workers"
# Old code asks for the old names.
GONE = (
    migrations.RemoveField, migrations.RenameField, migrations.DeleteModel, migrations.RenameModel,
    migrations.AlterModelTable,
)  # fmt: skip


def breaks_old_code(operation: Operation) -> bool:
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        return any(map(breaks_old_code, operation.database_operations))
    if isinstance(operation, migrations.AddField):
        return _must_be_given(operation.field)
    return isinstance(operation, GONE)


def concerns(operation: Operation) -> str:
    """The model, in small letters."""
    return str(getattr(operation, "model_name", None) or getattr(operation, "name", "")).lower()


def _must_be_given(field: models.Field) -> bool:  # type: ignore[type-arg]
    """Whether an INSERT that does not know the column fails: Django's own defaults are not the database's."""
    has_column = not field.many_to_many and not isinstance(field, models.GeneratedField)
    return has_column and not field.null and field.db_default is models.NOT_PROVIDED


def since_last_version() -> Iterator[tuple[str, migrations.Migration]]:
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        if app in FACTS["migrations"] and name > FACTS["migrations"][app]:
            yield f"{app}.{name}", migration


def in_the_way(found: list[tuple[str, migrations.Migration]]) -> Iterator[str]:
    """The migrations that break old code. Models made since then are none of its business."""
    new = {
        (migration.app_label, concerns(operation))
        for _, migration in found for operation in migration.operations if isinstance(operation, migrations.CreateModel)
    }  # fmt: skip
    for name, migration in found:
        own = (each for each in migration.operations if (migration.app_label, concerns(each)) not in new)
        if any(map(breaks_old_code, own)):
            yield name


def test_what_old_code_cannot_bear_is_named_where_changelog_asks_to_stop() -> None:
    found = set(in_the_way(list(since_last_version())))
    told = (settings.BASE_DIR / "CHANGELOG.md").read_text().partition(STOP)[2].partition("\n### ")[0]
    unsaid = sorted(name for name in found if f"`{name}`" not in told)
    assert not unsaid, f"Give the column a db_default, drop it in a later version, or name it under „{STOP}“: {unsaid}"
    assert found  # the measure finds what it looks for


@pytest.mark.parametrize(
    ("operation", "breaks"),
    [
        (migrations.AddField("offer", "note", models.TextField(default="")), True),
        (migrations.AddField("offer", "note", models.TextField(db_default="")), False),
        (migrations.AddField("offer", "seen_at", models.DateTimeField(null=True)), False),
        (migrations.RemoveField("offer", "note"), True),
        (migrations.RenameField("offer", "note", "remark"), True),
        (migrations.AddIndex("offer", models.Index(fields=["note"], name="offer_note")), False),
        (migrations.SeparateDatabaseAndState([migrations.DeleteModel("Offer")], []), True),
        (migrations.SeparateDatabaseAndState([], [migrations.DeleteModel("Offer")]), False),
    ],
)
def test_the_measure_knows_what_breaks(operation: Operation, breaks: bool) -> None:
    assert breaks_old_code(operation) is breaks
