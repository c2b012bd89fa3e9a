"""The page of another origin to which "Seite verlassen" leads, served from this machine."""

import contextlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Semaphore, Thread


class Outside(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.visits = Semaphore(0)

    def is_visited(self) -> bool:
        """Waits up to 20 seconds for a visit that was not counted yet; False if none came."""
        return self.visits.acquire(timeout=20)


class _Page(BaseHTTPRequestHandler):
    server: Outside

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(b"<title>Wetter</title>")
        if self.path == "/":
            self.server.visits.release()

    def log_message(self, *_args: object) -> None:
        pass


@contextlib.contextmanager
def served() -> Iterator[Outside]:
    with Outside() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
