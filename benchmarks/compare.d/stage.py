"""What every peer of a comparison shares: certificate, upstream, Redis, users, ports, a temporary folder."""

import json
import os
import pathlib
import socket
import string

import tokens
from processes import Process, free_port

TEMPLATES = pathlib.Path(__file__).parent.parent / "peers"
PROXY_CPU = 0
LOAD_CPU = 1
USERNAMES = [f"user{number:04d}" for number in range(1_000)]
SMALL_CONTENT = ("0123456789abcdef" * 64)  # 1 KiB
LARGE_CONTENT_BYTES = 1 << 20


class Template(string.Template):
    """Configuration templates write @{name}: `$` belongs to nginx's variables."""
    delimiter = "@"


class Stage:
    """Owns the folder's files and every process of the comparison; `close` ends them all."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self._processes: list[Process] = []
        self._keys: dict[str, tokens.SigningKey] = {}
        self._make_certificate()
        self.upstream_port = self._start_upstream()
        self.redis_port = self._start_redis()

    def key(self, algorithm: str) -> tokens.SigningKey:
        if algorithm not in self._keys:
            self._keys[algorithm] = tokens.SigningKey(algorithm, self.folder)
        return self._keys[algorithm]

    def start(self, name: str, command: list[str], folder: pathlib.Path, cpus: set[int]) -> Process:
        process = Process(name, command, folder, cpus)
        self._processes.append(process)
        return process

    def stop(self, process: Process) -> None:
        process.stop()
        self._processes.remove(process)

    def close(self) -> None:
        for process in reversed(self._processes):
            process.stop()
        self._processes.clear()

    def move_servers(self, cpus: set[int]) -> None:
        """Pins the upstream and Redis elsewhere, where a row needs their CPU for a proxy."""
        for process in self._processes:
            for pid in process.pids():
                os.sched_setaffinity(pid, cpus)

    def write(self, template: str, folder: pathlib.Path, values: dict) -> pathlib.Path:
        """Fills a template of benchmarks/peers into `folder`; an unknown name in it is an error."""
        written = folder / template
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(Template((TEMPLATES / template).read_text()).substitute(values))
        return written

    def _make_certificate(self) -> None:
        """ECDSA P-256 for everyone, as the documented default."""
        self.certificate = self.folder / "edge.crt"
        self.certificate_key = self.folder / "edge.key"
        tokens.run_openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                           "-days", "2", "-subj", "/CN=localhost",
                           "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                           "-keyout", self.certificate_key, "-out", self.certificate)
        self.certificate_and_key = self.folder / "edge.pem"
        self.certificate_and_key.touch(mode=0o600)
        self.certificate_and_key.write_text(self.certificate.read_text() + self.certificate_key.read_text())

    def _start_upstream(self) -> int:
        folder = self.folder / "upstream"
        (folder / "api").mkdir(parents=True)
        (folder / "api" / "large").write_bytes(os.urandom(LARGE_CONTENT_BYTES))
        port = free_port()
        configuration = self.write("upstream.conf", folder,
                                   {"port": port, "folder": folder, "small_content": SMALL_CONTENT})
        command = ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(configuration)]
        self.start("upstream", command, folder, {LOAD_CPU}).wait_until_listening(port)
        return port

    def _start_redis(self) -> int:
        port = free_port()
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
        self.start("redis", command, self.folder, {LOAD_CPU}).wait_until_listening(port)
        self._write_user_records(port)
        return port

    def _write_user_records(self, port: int) -> None:
        """The records that nginx + Lua reads; Bearward writes its own, under names of its own."""
        record = json.dumps({"disabled": False, "roles": ["user"]})
        with socket.create_connection(("127.0.0.1", port), timeout=5) as redis, redis.makefile("rb") as replies:
            for username in USERNAMES:
                redis.sendall(f"SET lua:{username} '{record}'\r\n".encode())
                if replies.readline() != b"+OK\r\n":
                    raise RuntimeError("redis did not take a user record")
