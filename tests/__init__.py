"""Everything that is promised, as tests."""

import os

# `make proof` wants the full figures; `make test` fewer of the same.
FULL = bool(os.environ.get("PROOF"))
