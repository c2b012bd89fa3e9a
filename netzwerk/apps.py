from importlib import import_module

from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.core import checks
from django.db.models.signals import post_migrate

from kit import tallies
from kit.desk import audit
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
        log = import_module("netzwerk.audit.log")  # models can be imported from now on
        audit.keep_with(log.write, log.history)
        import_module("netzwerk.audit.sign_ins")
        report = import_module("netzwerk.report.tallying")
        tallies.keep_with(report.write, report.total)
        # Libraries' apps have English names, or long ones; every page of the desk names the app that it belongs to.
        names = import_module("netzwerk.desk").APPS
        for config in apps.get_app_configs():
            config.verbose_name = names.get(config.label, config.verbose_name)


class AdminConfig(DjangoAdminConfig):
    default_site = "netzwerk.desk.Desk"
