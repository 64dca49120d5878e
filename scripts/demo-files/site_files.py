"""The demo's own place, demo/: its ports, certificate, signing secret, configuration and users."""

import base64
import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = Path(__file__).resolve().parent

# name, password, roles, enabled
PEOPLE = [
    ("alice", "alice-demo-password", "user", True),
    ("root", "root-demo-password", "admin", True),
    ("bob", "bob-demo-password", "user", False),
]
PASSWORDS = {name: password for name, password, _, _ in PEOPLE}


class DemoError(Exception):
    """What went wrong, in a sentence for whoever ran the demo."""


def free_port(preferred):
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return probe.getsockname()[1]
            except OSError:
                continue
    raise DemoError("no free port on 127.0.0.1")


def redis_answers():
    """Does a Redis without a password serve on the usual port?"""
    try:
        with socket.create_connection(("127.0.0.1", 6379), timeout=0.5) as redis:
            redis.sendall(b"PING\r\n")
            return redis.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def run(command, what, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()
        raise DemoError(f"{what} failed (exit {done.returncode}): {said}")
    return done.stdout


class Site:
    def __init__(self, binary):
        self.binary = binary.resolve()
        self.folder = ROOT / "demo"
        self.config = self.folder / "gateway.yaml"
        self.certificate = self.folder / "tls" / "edge.crt"
        self.redis = redis_answers()
        self.folder.mkdir(exist_ok=True)
        self.lock = open(self.folder / ".lock", "w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DemoError("another demo runs in this tree; end that one first") from None
        self.edge_port = free_port(8443)
        self.admin_port = free_port(9901)
        self.upstream_port = free_port(9001)

    def furnish(self):
        """Everything anew, so that each demo begins the same."""
        for entry in self.folder.iterdir():
            if entry.name == ".lock":
                continue
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        self.make_certificate()
        self.make_signing_secret()
        self.write_configuration()
        self.add_people()

    def make_certificate(self):
        self.certificate.parent.mkdir()
        key = self.certificate.with_suffix(".key")
        old_umask = os.umask(0o077)
        run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-sha256",
             "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
             "-keyout", str(key), "-out", str(self.certificate)],
            "making a certificate",
        )  # fmt: skip
        os.umask(old_umask)
        self.certificate.chmod(0o644)

    def make_signing_secret(self):
        path = self.folder / "keys" / "signing.secret"
        path.parent.mkdir(mode=0o700)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(48)).decode())

    def write_configuration(self):
        """The templates, with the ports that were free and with Redis if one runs."""
        text = (TEMPLATES / "gateway.yaml").read_text()
        changes = [
            ("127.0.0.1:8443", f"127.0.0.1:{self.edge_port}"),
            ("https://localhost:8443", f"https://localhost:{self.edge_port}"),
            ("127.0.0.1:9901", f"127.0.0.1:{self.admin_port}"),
            ("127.0.0.1:9001", f"127.0.0.1:{self.upstream_port}"),
        ]
        if self.redis:
            changes.append(("# redis: redis://", "redis: redis://"))
        for old, new in changes:
            if old not in text:
                raise DemoError(f"{TEMPLATES / 'gateway.yaml'} does not hold {old!r} any more")
            text = text.replace(old, new)
        self.config.write_text(text)
        shutil.copytree(TEMPLATES / "policies", self.folder / "policies")
        self.bearward("check")

    def add_people(self):
        for name, password, roles, enabled in PEOPLE:
            self.bearward(
                "user", "add", name, "--email", f"{name}@example.org", "--full-name", f"{name.title()} of the demo",
                "--roles", roles, "--password-stdin", given=password + "\n",
            )  # fmt: skip
            if not enabled:
                self.bearward("user", "disable", name)

    def bearward(self, *arguments, given=""):
        """Runs a command of the gateway on the demo's configuration; what it printed."""
        what = "bearward " + " ".join(arguments[:3])
        return run([str(self.binary), *arguments, "-c", str(self.config)], what, input=given, timeout=30)


def say(line=""):
    print(line, flush=True)


def complain(line):
    print(line, file=sys.stderr, flush=True)
