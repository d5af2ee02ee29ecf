"""Django's PostgreSQL backend on the embedded server, which starts with the first connection that is asked for."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base, client
from django.db.utils import DEFAULT_DB_ALIAS

from clinic.embedded.cluster import Cluster, cluster_at
from clinic.embedded.places import ROLE


def cluster_of(settings_dict: Mapping[str, Any]) -> Cluster:
    """The cluster that a database's settings name: its folder, and which PostgreSQL runs it."""
    return cluster_at(Path(settings_dict["DATA_DIR"]).resolve(), settings_dict["PROGRAMS"])


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell` with the psql that lies beside the server."""

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Iterable[str]
    ) -> tuple[list[str], dict[str, str] | None]:
        """The command and its environment."""
        (_psql, *arguments), environment = super().settings_to_cmd_args_env(settings_dict, parameters)
        return [str(cluster_of(settings_dict).programs() / "psql"), *arguments], environment

    def runshell(self, parameters: Iterable[str]) -> None:
        """Have the server run, then hand over to psql."""
        self.connection.ensure_connection()
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the embedded server whose files are in `DATA_DIR` of the database's settings."""

    client_class = DatabaseClient

    def __init__(self, settings_dict: dict[str, Any], alias: str = DEFAULT_DB_ALIAS) -> None:
        self.cluster = cluster_of(settings_dict)
        settings_dict.update(HOST=str(self.cluster.places.socket_dir), PORT="", USER=ROLE, PASSWORD="")
        super().__init__(settings_dict, alias)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; once more after the server has been started again, where it had died."""
        self.cluster.use()
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            self.cluster.revive()
            return super().get_new_connection(conn_params)
