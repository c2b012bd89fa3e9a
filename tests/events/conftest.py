from tests.mailings.conftest import sink, start

__all__ = ["sink", "start"]
