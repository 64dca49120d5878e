"""The proxies that are compared: how each is configured, started and stopped."""

import contextlib
import pathlib
import secrets
import shutil
import sqlite3
import subprocess

import tokens
from processes import CannotRun, Process, free_port
from stage import PROXY_CPU, USERNAMES, Stage

BASE = "haproxy"  # the peer that ratios are taken against


class Peer:
    """A proxy that ends TLS on `port` and forwards to the stage's upstream, pinned to the proxy's CPUs."""

    name = ""
    checks_tokens = True

    def __init__(self, stage: Stage, algorithm: str):
        self.stage = stage
        self.key = stage.key(algorithm)
        self.workers = 1
        self.cpus = {PROXY_CPU}
        self.port = free_port()
        self.folder = stage.folder / f"{self.name}-{secrets.token_hex(3)}"
        self._process: Process | None = None

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._process = self.stage.start(self.name, self.prepare(), self.folder, self.cpus)
        self._process.wait_until_listening(self.port)

    def prepare(self) -> list[str]:
        """Writes the peer's files and returns its command line."""
        raise NotImplementedError

    def stop(self) -> None:
        if self._process:
            self.stage.stop(self._process)
        self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def pids(self) -> list[int]:
        self._process.check_alive()
        return self._process.pids()

    def values(self) -> dict:
        """What the templates of benchmarks/peers ask for."""
        stage = self.stage
        return {
            "port": self.port, "folder": self.folder, "name": self.name, "workers": self.workers,
            "certificate": stage.certificate, "certificate_key": stage.certificate_key,
            "certificate_and_key": stage.certificate_and_key, "upstream_port": stage.upstream_port,
            "redis_port": stage.redis_port, "algorithm": self.key.algorithm, "secret": tokens.HMAC_SECRET,
            "issuer": tokens.ISSUER, "audience": tokens.AUDIENCE, "key_id": tokens.KEY_ID,
            "private_key": self.key.private_key}


class HaproxyOpen(Peer):
    """HAProxy that checks nothing: what TLS and forwarding alone cost it."""

    name = "haproxy-open"
    checks_tokens = False

    def prepare(self) -> list[str]:
        file = self.stage.write("haproxy.cfg", self.folder, self.values() | {"rules": self.rules()})
        return ["haproxy", "-db", "-f", str(file)]

    def rules(self) -> str:
        return ""


class Haproxy(HaproxyOpen):
    """HAProxy with jwt_verify: the peer that every target is a ratio to."""

    name = BASE
    checks_tokens = True

    def rules(self) -> str:
        key = tokens.HMAC_SECRET if self.key.algorithm == "HS256" else self.key.public_key
        return self.stage.write("haproxy_rules.cfg", self.folder, self.values() | {"key": key}).read_text()


class NginxOpen(Peer):
    """nginx that checks nothing."""

    name = "nginx-open"
    checks_tokens = False
    modules = check = lua = ""

    def prepare(self) -> list[str]:
        added = {"modules": self.modules, "check": self.check, "lua": self.lua}
        file = self.stage.write("nginx.conf", self.folder, self.values() | added)
        return ["nginx", "-e", "stderr", "-p", str(self.folder), "-c", str(file)]


class NginxLua(NginxOpen):
    """nginx with a token check written in Lua and users in Redis."""

    name = "nginx-lua"
    checks_tokens = True
    modules = ("load_module /usr/lib/nginx/modules/ndk_http_module.so;\n"
               "load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;")
    check = 'access_by_lua_block { require("bearer").check() }'

    def prepare(self) -> list[str]:
        self.stage.write("bearer.lua", self.folder, self.values())
        self.lua = f'  lua_package_path "{self.folder}/?.lua;;";'
        return super().prepare()


class Bearward(Peer):
    """The gateway, with users in SQLite behind Redis."""

    name = "bearward"
    binary = pathlib.Path()  # set from the command line
    access_log = "off"
    password = secrets.token_hex(16)  # every user's

    def prepare(self) -> list[str]:
        values = self.values() | {"admin_port": free_port(), "access_log": self.access_log, "key": self._key_setting()}
        file = self.stage.write("bearward.yaml", self.folder, values)
        self.stage.write("policies/bearward.yaml", self.folder, values)
        users = self.stage.folder / "bearward-users.db"
        if not users.exists():
            self._add_users(file)
            shutil.copy(self.folder / "users.db", users)
        else:
            for of_the_last_one in self.folder.glob("users.db-*"):  # a log that belongs to another file
                of_the_last_one.unlink()
            shutil.copy(users, self.folder / "users.db")
        return [str(self.binary), "serve", "-c", str(file)]

    def _key_setting(self) -> str:
        if self.key.algorithm == "HS256":
            return f'secret: "{tokens.HMAC_SECRET}"'
        return f"private_key: {self.key.private_key}"

    def _add_users(self, configuration: pathlib.Path) -> None:
        """The first user is added by the gateway's own command, which makes the schema; the others are
        copies of that row, since a password hash each would take minutes."""
        first, *others = USERNAMES
        command = [self.binary, "user", "add", first, "-c", configuration, "--roles", "user", "--password-stdin"]
        added = subprocess.run(command, input=self.password + "\n", capture_output=True, text=True, check=False)
        if added.returncode != 0:
            raise CannotRun(f"{self.binary} user add: status {added.returncode}: {added.stderr.strip()}")
        # Closing the last connection also moves SQLite's log into the file, which is then copied.
        with contextlib.closing(sqlite3.connect(self.folder / "users.db")) as database, database:
            columns = [row[1] for row in database.execute("PRAGMA table_info(users)")]
            copied = ", ".join(column for column in columns if column not in ("id", "username", "email"))
            database.executemany(
                f"INSERT INTO users (username, {copied}) SELECT ?, {copied} FROM users WHERE username = ?",
                [(other, first) for other in others])


class BearwardLogged(Bearward):
    """The gateway writing an access log line a request."""

    name = "bearward-logged"

    @property
    def access_log(self) -> str:
        return str(self.folder / "access.log")


ALL = {peer.name: peer for peer in (Bearward, Haproxy, NginxLua, HaproxyOpen, NginxOpen)}
