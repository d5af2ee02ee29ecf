"""The app `clients`."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    """The client's file, intake, care engine and catalogue."""

    name = "clients"
    verbose_name = "Clients and care"
