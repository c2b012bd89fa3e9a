from django.apps import AppConfig
from django.core import checks

from mailings.checks import check_times


class MailingsConfig(AppConfig):
    name = "mailings"
    verbose_name = "Post"

    def ready(self) -> None:
        checks.register(check_times)
