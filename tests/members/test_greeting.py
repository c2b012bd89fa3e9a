"""One greeting, in Python for one person and in SQL for all."""

import pytest

from members.greeting import greeting, greeting_in_sql
from members.models import Member
from tests.members.people import active

NAMES = {
    "Kim": "Guten Tag Kim,",
    "Ayşe Yılmaz": "Guten Tag Ayşe Yılmaz,",
    "": "Guten Tag,",
    "Y?lmaz": "Guten Tag,",
    "G\ufffdl": "Guten Tag,",
    "100 % O'Neill": "Guten Tag 100 % O'Neill,",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "expected"), NAMES.items())
def test_is_the_same_for_one_and_for_all(name: str, expected: str) -> None:
    active("kim@example.org", name=name)
    assert greeting(name) == expected
    assert Member.objects.values_list(greeting_in_sql(), flat=True).get() == expected
