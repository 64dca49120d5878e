#!/usr/bin/env python3
"""WebSocket clients as they ship, through the built gateway to a WebSocket server as it ships.

    websockets_test.py BEARWARD

The server is Debian's python3-websockets; the clients are the same, and npm's ws (../node/clients/ws.js). Messages of
every size at which a frame's header changes, text and binary, whole and in fragments, compressed and not, pings, close
codes both ways, in clear and in TLS, many at a time. Exit 0 when all of it arrived as it was sent.
"""

import os
import sys

if os.path.realpath(sys.executable) != os.path.realpath("/usr/bin/python3"):
    os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])  # which knows what Debian packages

import asyncio
import secrets
import signal
import ssl
import subprocess
import tempfile
import time
from pathlib import Path

import websockets

from client_libraries_test import PATIENCE_SECONDS, free_port, run, wait_until_ready

NODE_CLIENT = Path(__file__).resolve().parent.parent / "node" / "clients" / "ws.js"
SIZES = [0, 1, 125, 126, 127, 4096, 65535, 65536, 65537, 70 * 1024, 1024 * 1024, 5 * 1024 * 1024]


def configuration(site):
    return f"""\
listeners:
  - {{name: clear, address: "127.0.0.1:{site['clear']}"}}
  - name: edge
    address: 127.0.0.1:{site['port']}
    tls: {{certificates: [{{certificate: edge.crt, private_key: edge.key}}]}}
admin: {{address: "127.0.0.1:{site['admin']}"}}
workers: 2
tokens:
  issuer: https://localhost
  audience: chat
  signing_keys: [{{kid: k1, algorithm: ES256, private_key: signing.pem}}]
users: {{store: "sqlite:users.db", password_hash: bcrypt}}
identity: {{preset: forwarded}}
upstreams: {{chat: {{targets: ["http://127.0.0.1:{site['upstream']}"]}}}}
policies: [policies/*.yaml]
limits: {{drain_timeout: 1s}}
log: {{access: "off"}}
"""


def make_site(folder, bearward, upstream_port):
    site = {"port": free_port(), "clear": free_port(), "admin": free_port(), "upstream": upstream_port}
    openssl = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    run([*openssl, *names, "-keyout", "edge.key", "-out", "edge.crt"], folder)
    run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "signing.pem"], folder)
    (folder / "policies").mkdir()
    (folder / "policies" / "chat.yaml").write_text("routes: [{name: chat, match: {path: /chat/**}, upstream: chat}]\n")
    (folder / "gateway.yaml").write_text(configuration(site))
    site["config"] = ["-c", str(folder / "gateway.yaml")]
    run([bearward, "user", "add", "alice", "--password-stdin", *site["config"]], folder, secrets.token_urlsafe() + "\n")
    issued = subprocess.run(
        [bearward, "token", "issue", "--user", "alice", *site["config"]], capture_output=True, text=True, check=True
    )
    site["token"] = issued.stdout.split()[-1]
    site["urls"] = [f"ws://127.0.0.1:{site['clear']}/chat/x", f"wss://localhost:{site['port']}/chat/x"]
    site["certificate"] = str(folder / "edge.crt")
    return site


async def serve(connection):
    """Sends back what comes, as text or binary as it was; `close N` is answered with that code."""
    try:
        await answer_all(connection)
    except websockets.ConnectionClosedError:
        pass  # cut by the gateway, as some of these tests want it


async def answer_all(connection):
    async for message in connection:
        if isinstance(message, str) and message.startswith("close "):
            await connection.close(int(message[6:]), "as you wish")
        elif message == "who":
            await connection.send(connection.request_headers.get("X-Forwarded-User", "nobody"))
        elif message == "in pieces":
            await connection.send(["one ", "two ", "three"])
        else:
            await connection.send(message)


def connect(site, url, token=None, **options):
    if url.startswith("wss:"):
        options["ssl"] = ssl.create_default_context(cafile=site["certificate"])
    fields = {"Authorization": f"Bearer {token or site['token']}", "X-Forwarded-User": "root"}
    return websockets.connect(url, extra_headers=fields, max_size=None, open_timeout=PATIENCE_SECONDS, **options)


def check(what, seen, wanted):
    if seen != wanted:
        raise SystemExit(f"{what}: expected {str(wanted)[:80]}, saw {str(seen)[:80]}")


async def close_code(client):
    """What the client is told; frames that come first are passed over."""
    try:
        while True:
            await asyncio.wait_for(client.recv(), PATIENCE_SECONDS)
    except websockets.ConnectionClosed:
        return client.close_code


async def exchange_everything(site, url, compression):
    async with connect(site, url, compression=compression) as client:
        check("the protocol's own extension", bool(client.extensions), compression is not None)
        await client.send("who")
        check("whom the server is told of", await client.recv(), "alice")
        for size in SIZES:
            for message in (os.urandom(size), ("Grüße " * (size // 6 + 1))[:size]):
                await client.send(message)
                check(f"{size} of {type(message).__name__}", await client.recv(), message)
        await client.send([b"a" * 70000, b"", b"b" * 3])
        check("fragments", await client.recv(), b"a" * 70000 + b"bbb")
        await client.send("in pieces")
        check("fragments of the server", await client.recv(), "one two three")
        await asyncio.wait_for(await client.ping(b"still there?"), PATIENCE_SECONDS)
        for i in range(500):
            await client.send(str(i))
        check("many in a row", [await client.recv() for _ in range(500)], [str(i) for i in range(500)])
        await client.close(4001, "enough")
        check("our own close", client.close_code, 4001)
    async with connect(site, url, compression=compression) as client:
        await client.send("close 4002")
        check("the server's close", await close_code(client), 4002)
        check("its reason", client.close_reason, "as you wish")


async def refuse_whom_the_policy_refuses(site, url):
    try:
        async with connect(site, url, token="no.such.token"):
            raise SystemExit("a bad token opened a WebSocket")
    except websockets.InvalidStatusCode as refused:
        check("a bad token", refused.status_code, 401)


async def talk(site, url, count):
    async with connect(site, url) as client:
        for i in range(20):
            message = f"{count} {i} " * (i * 40)
            await client.send(message)
            check("one of many", await client.recv(), message)


async def run_node(site):
    environment = {**os.environ, "URLS": " ".join(site["urls"]), "TOKEN": site["token"],
                   "NODE_EXTRA_CA_CERTS": site["certificate"]}
    process = await asyncio.create_subprocess_exec("node", "--no-warnings", str(NODE_CLIENT), env=environment)
    check("npm's ws", await asyncio.wait_for(process.wait(), PATIENCE_SECONDS), 0)


async def end_by_policy(site, bearward, gateway):
    clients = [await connect(site, url) for url in site["urls"]]
    done = await asyncio.create_subprocess_exec(bearward, "user", "disable", "alice", *site["config"])
    check("user disable", await done.wait(), 0)
    for client in clients:
        check("told that access is lost", await close_code(client), 1008)
    done = await asyncio.create_subprocess_exec(bearward, "user", "enable", "alice", *site["config"])
    check("user enable", await done.wait(), 0)
    clients = [await connect(site, url) for url in site["urls"]]
    gateway.send_signal(signal.SIGTERM)
    for client in clients:
        check("told that the gateway goes away", await close_code(client), 1001)


async def use(site, bearward, gateway):
    for url in site["urls"]:
        for compression in (None, "deflate"):
            begun = time.monotonic()
            await exchange_everything(site, url, compression)
            print(f"ok {url.split(':')[0]} {compression or 'uncompressed'} {time.monotonic() - begun:.1f} s", flush=True)
        await refuse_whom_the_policy_refuses(site, url)
        await asyncio.gather(*(talk(site, url, count) for count in range(50)))
        print("ok many at a time", flush=True)
    await run_node(site)
    await end_by_policy(site, bearward, gateway)
    print("ok ended by the gateway", flush=True)


async def main():
    bearward = str(Path(sys.argv[1]).resolve())
    async with websockets.serve(serve, "127.0.0.1", 0, max_size=None) as server:
        port = server.sockets[0].getsockname()[1]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            site = make_site(folder, bearward, port)
            with open(folder / "log", "w") as log:
                gateway = subprocess.Popen([bearward, "serve", *site["config"]], stdout=log, stderr=log)
            try:
                wait_until_ready(site, gateway)
                await use(site, bearward, gateway)
            except BaseException:
                print((folder / "log").read_text()[-4000:])
                raise
            finally:
                gateway.terminate()
                gateway.wait(PATIENCE_SECONDS)


if __name__ == "__main__":
    asyncio.run(main())
