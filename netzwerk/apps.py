from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.core import checks
from django.db.models.signals import post_migrate

from netzwerk.accounts import roles
from netzwerk.checks import check_hosts, check_keys, check_passwords, check_pooler


class NetzwerkConfig(AppConfig):
    name = "netzwerk"
    verbose_name = "Portal"

    def ready(self) -> None:
        for check in (check_keys, check_hosts, check_passwords):
            checks.register(check)
        checks.register(check_pooler, checks.Tags.database)
        post_migrate.connect(roles.sync, dispatch_uid="roles")


class AdminConfig(DjangoAdminConfig):
    default_site = "netzwerk.desk.Desk"
