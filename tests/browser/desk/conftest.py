from tests.netzwerk.roles.world import world  # noqa: F401 - a fixture
