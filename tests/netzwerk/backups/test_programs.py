"""What the programs of PostgreSQL are told of a database."""

import dj_database_url
import pytest

from netzwerk.backups.programs import Database


@pytest.mark.parametrize("path", ["/tmp/netzwerk-x", "db.example"])
def test_a_database_has_an_address_for_programs_and_for_us(path: str) -> None:
    database = Database(
        "netz werk", {"host": path, "port": "5432", "user": "amt", "password": "p@ss/w", "sslmode": "require"}
    )
    parsed = dj_database_url.parse(database.url)
    assert (parsed["NAME"], parsed["USER"], parsed["PASSWORD"]) == ("netz werk", "amt", "p@ss/w")
    assert (parsed["HOST"] or parsed["OPTIONS"]["host"]) == path
    environment = database.environment()
    assert (environment["PGHOST"], environment["PGDATABASE"], environment["PGPASSWORD"]) == (
        path,
        "netz werk",
        "p@ss/w",
    )
