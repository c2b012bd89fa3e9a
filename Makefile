# All paths are relative: the clone may lie anywhere, below spaces too.
PYTHON ?= python3

.PHONY: help run restore test proof bench install install-dev install-proof python

help:
	@echo "make run     das Portal auf diesem Rechner: http://127.0.0.1:8000/ (anderer Port: PORT=8001 make run)"
	@echo "make restore FILE=… IDENTITY=…   eine Sicherung einspielen; danach zeigt make run das Portal (REPLACE=1: an Stelle eines anderen)"
	@echo "make test    alle Prüfungen, in kleinen Zahlen (fünf bis zehn Minuten)"
	@echo "make proof   dieselben mit vollen Zahlen: Absturz, Gleichzeitigkeit, Störung (unter 60 Minuten; ONLY=mailings: ein Teil)"
	@echo "make bench   Messungen von Geschwindigkeit und Speicher"

run: install
	@.venv/bin/python -m netzwerk.local

restore: install
	@.venv/bin/python -m netzwerk.local.restoring "$(FILE)" "$(IDENTITY)" "$(REPLACE)"

test: install-dev
	@.venv/bin/python -m netzwerk.local.checks

proof: install-proof
	@PROOF=1 .venv/bin/python -m pytest -n $$((1 + $$(nproc))) --dist worksteal $(addprefix tests/,$(ONLY))

bench: install-dev
	@.venv/bin/python -m tests.bench

install: python
	@$(PYTHON) netzwerk/local/install.py

install-dev: python
	@$(PYTHON) netzwerk/local/install.py dev

install-proof: python
	@$(PYTHON) netzwerk/local/install.py proof

python:
	@command -v $(PYTHON) >/dev/null || { echo "Python fehlt. Unter Debian: apt-get install python3 python3-venv"; exit 1; }
