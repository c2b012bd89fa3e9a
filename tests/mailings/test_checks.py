from typing import Any

import pytest
from django.core.checks import run_checks


def complaints() -> list[str]:
    return [str(message.id) for message in run_checks() if str(message.id).startswith("mailings.")]


def test_the_defaults_are_fine(settings: Any) -> None:
    assert settings.MAIL_LEASE > settings.EMAIL_TIMEOUT
    assert complaints() == []


@pytest.mark.parametrize("timeout", [0, 31, 600, None])
def test_a_wait_without_a_sensible_end_is_an_error(timeout: int | None, settings: Any) -> None:
    settings.EMAIL_TIMEOUT, settings.MAIL_LEASE = timeout, 3600
    assert complaints() == ["mailings.E001"]


@pytest.mark.parametrize("lease", [0, 20, 59])
def test_a_lease_that_a_slow_server_outlasts_is_an_error(lease: int, settings: Any) -> None:
    settings.EMAIL_TIMEOUT, settings.MAIL_LEASE = 20, lease
    assert complaints() == ["mailings.E002"]


def test_three_waits_per_lease_are_enough(settings: Any) -> None:
    settings.EMAIL_TIMEOUT, settings.MAIL_LEASE = 30, 90
    assert complaints() == []
