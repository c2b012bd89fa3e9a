from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class NetzwerkConfig(AppConfig):
    name = "netzwerk"
    verbose_name = "Portal"


class AdminConfig(DjangoAdminConfig):
    default_site = "netzwerk.desk.Desk"
