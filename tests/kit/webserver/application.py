"""A small application for the tests of the web server, and its limits: `-c tests/kit/webserver/application.py`."""

import os
import threading
import time

from kit.webserver import connection

worker_class = os.environ["WORKER_CLASS"]
workers = int(os.environ["WORKERS"])
threads = 1 if worker_class == "sync" else 4  # with more than one, gunicorn takes gthread in the place of sync
timeout = int(os.environ.get("TIMEOUT", "30"))
control_socket_disable = True
wsgi_app = "tests.kit.webserver.application:application"
loglevel = "warning"
if seconds := os.environ.get("SECONDS"):
    connection.HEAD_SECONDS = connection.BODY_SECONDS = connection.SEND_SECONDS = float(seconds)


def application(environ, start_response):
    path = environ["PATH_INFO"]
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if path == "/laut":
        body = environ["wsgi.input"].read(length)
    elif path == "/hängt".encode().decode("latin-1"):
        threading.Event().wait()
    elif path == "/lang":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return (b"z" * 65536 for _ in range(320))
    elif path == "/bruch":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return breaks()
    elif path == "/heft":
        body = b"%PDF" * 2_000_000
    elif path == "/langsam":
        time.sleep(0.3)
        body = b"Guten Tag"
    else:
        body = b"Guten Tag" if length <= 2 * 1024 * 1024 else b"Zu lang"
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def breaks():
    yield b"Guten"
    raise ValueError("olena@example.org")
