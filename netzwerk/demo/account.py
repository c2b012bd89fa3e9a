"""The demo's officer: made by `demo_data`, named by `make run`."""

USER, PASSWORD = "demo", "netzwerk-demo"
