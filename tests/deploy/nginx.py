"""nginx of Debian with deploy/nginx.conf and a certificate of its own, on ports of the loopback."""

import re
import subprocess
from pathlib import Path

from django.conf import settings

from tests.local.portals import free_port


def start(folder: Path, https: int, backend: int, http: int = 0, without: str = "") -> "subprocess.Popen[bytes]":
    """The server for netzwerk.example at the ports `https` and `http` (default: any), before a portal at `backend`.

    Its files lie in `folder`; as on Debian, visits are written into access.log unless the site says otherwise. Lines
    that begin with `without` are left out. It ends with SIGTERM.
    """
    tls = folder / "tls"
    if not tls.exists():
        _certificate(tls)
    (folder / "site.conf").write_text(_site(folder, https, backend, http or free_port(), without))
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n"
        f"events {{}}\nhttp {{ access_log {folder}/access.log;\n"
        f"client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n"
        f"include {folder}/site.conf; }}\n"
    )
    return subprocess.Popen(["nginx", "-c", f"{folder}/nginx.conf", "-p", str(folder)])


def _site(folder: Path, https: int, backend: int, http: int, without: str) -> str:
    text = (settings.BASE_DIR / "deploy/nginx.conf").read_text()
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    for given, here in (
        ("listen 80;", f"listen 127.0.0.1:{http};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{https} ssl"),
        ("/etc/letsencrypt/live/netzwerk.example", f"{folder}/tls"),
        ("127.0.0.1:8000", f"127.0.0.1:{backend}"),
        ("/var/log/nginx", str(folder)),
    ):
        assert given in text
        text = text.replace(given, here)
    return "\n".join(line for line in text.splitlines() if not (without and line.strip().startswith(without)))


def _certificate(tls: Path) -> None:
    tls.mkdir()
    pair = ["-keyout", f"{tls}/privkey.pem", "-out", f"{tls}/fullchain.pem"]
    subject = ["-subj", "/CN=netzwerk.example", "-days", "2"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *pair, *subject]
    subprocess.run(command, check=True, capture_output=True)
