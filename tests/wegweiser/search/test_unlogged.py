"""What somebody types is in no log, neither while she types nor when she asks."""

import io
import logging
import logging.config
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.usefixtures("wegweiser")


@pytest.fixture
def console(capsys: pytest.CaptureFixture[str]) -> Iterator[io.StringIO]:
    """What the portal's own configuration writes, every logger as wordy as it gets below it."""
    written = io.StringIO()
    before = {name: list(logging.getLogger(name).handlers) for name in (None, "django", "django.server")}
    logging.config.dictConfig(
        settings.LOGGING | {"handlers": {"console": settings.LOGGING["handlers"]["console"] | {"stream": written}}}
    )
    yield written
    for name, handlers in before.items():
        logging.getLogger(name).handlers = handlers


def test_what_is_typed_stands_in_no_log(client: Client, console: io.StringIO) -> None:
    for typed in ("wohngeldxy", "mein mann wohngeldxy", "\x00wohngeldxy'"):
        assert client.get("/wegweiser/vorschlaege.json", {"q": typed}).status_code == 200
        assert client.get("/wegweiser/", {"q": typed}).status_code == 200
    assert client.post("/wegweiser/vorschlaege.json?q=wohngeldxy", {"q": "wohngeldxy"}).status_code == 405
    assert client.get("/wegweiser/vorschlaege.jso", {"q": "wohngeldxy"}).status_code == 404
    logging.getLogger("wegweiser").warning("heard")
    assert "heard" in console.getvalue()
    assert "/wegweiser/vorschlaege.json" in console.getvalue()  # Django tells of the 405, without the question
    assert "wohngeldxy" not in console.getvalue()
