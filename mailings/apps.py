from django.apps import AppConfig
from django.core import checks

from mailings.checks import check_times, check_webhook


class MailingsConfig(AppConfig):
    name = "mailings"
    verbose_name = "Post"

    def ready(self) -> None:
        checks.register(check_times)
        checks.register(check_webhook)
