"""Lists of the desk on a phone: a style that is meant for a column names one that is there."""

import re

from django.conf import settings
from django.contrib import admin

_COLUMN = re.compile(r"\.model-(\w+) #result_list \.field-(\w+)")


def test_a_style_for_a_column_of_a_list_finds_that_column() -> None:
    styles = "".join(path.read_text() for path in sorted((settings.BASE_DIR / "static/css").glob("*.css")))
    columns = {
        (model._meta.model_name, column) for model, desk in admin.site._registry.items() for column in desk.list_display
    }
    assert ("member", "contact") in columns
    assert set(_COLUMN.findall(styles)) - columns == set()
