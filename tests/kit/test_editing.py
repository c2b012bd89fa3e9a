"""A row that an officer edits. The apps' own tests show two officers at one row."""

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.db.models import Func, TextField

from kit.desk.editing import EditConflict, locked

pytestmark = pytest.mark.django_db


def test_a_row_that_somebody_has_deleted_is_a_conflict() -> None:
    with pytest.raises(EditConflict), transaction.atomic():
        locked(User.objects.select_for_update(), 1)


def test_a_statement_that_takes_too_long_is_no_conflict() -> None:
    beate = User.objects.create(username="beate")
    slowly = User.objects.annotate(slept=Func(5, function="pg_sleep", output_field=TextField()))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 10")
    with pytest.raises(OperationalError), transaction.atomic():
        locked(slowly, beate.pk)
