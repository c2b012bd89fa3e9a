"""The web server: `gunicorn -c netzwerk/gunicorn.conf.py netzwerk.wsgi`. Its log is discreet (P-13)."""

import os

workers = int(os.environ.get("WEB_CONCURRENCY") or 3)
# No slow visitor holds a thread (S-21): they wait for PostgreSQL only. Each keeps one connection to it.
worker_class = "kit.webserver.worker.PatientWorker"
threads = 4
bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
preload_app = True
timeout = 30
graceful_timeout = 5
keepalive = 5
control_socket_disable = True
accesslog = None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "discreet": {
            "()": "netzwerk.logs.Discreet",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # The supervisor reports starts and stops; here only what goes wrong is logged.
    "loggers": {"gunicorn.error": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}
