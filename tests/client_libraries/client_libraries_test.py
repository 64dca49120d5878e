#!/usr/bin/env python3
"""OAuth client libraries as they ship, against the built gateway: each script logs in, renews, revokes.

    client_libraries_test.py BEARWARD

Starts a gateway with a certificate, users and clients of its own in front of a small upstream, and runs every
script here and in ../node/clients with it. Exit 0 when all of them are content.
"""

import http.server
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
NODE = HERE.parent / "node" / "clients"
NODE_SCRIPTS = ["openid_client", "oauth4webapi", "simple_oauth2", "badgateway_oauth2_client", "jose"]
PYTHON_SCRIPTS = ["requests_oauthlib_client", "authlib_client"]
DEBIAN_PYTHON = "/usr/bin/python3"  # which knows the libraries that Debian packages
PATIENCE_SECONDS = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Upstream(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


def configuration(site):
    return f"""\
listeners:
  - name: edge
    address: 127.0.0.1:{site['port']}
    tls: {{certificates: [{{certificate: edge.crt, private_key: edge.key}}]}}
admin: {{address: "127.0.0.1:{site['admin']}"}}
workers: 1
tokens:
  issuer: {site['url']}
  audience: legacy-apis
  signing_keys: [{{kid: k1, algorithm: ES256, private_key: signing.pem}}]
endpoints:
  token: /token
  me: /users/me
  revoke: /revoke
  introspect: /introspect
  jwks: /.well-known/jwks.json
  metadata: /.well-known/oauth-authorization-server
clients:
  registered:
    - {{id: spa, public: true, grants: [password, refresh_token]}}
    - {{id: webapp, secret: {{file: webapp.secret}}, grants: [password, refresh_token]}}
    - {{id: reporting, secret: {{file: reporting.secret}}, grants: [client_credentials], scopes: ["reports:read"]}}
users: {{store: "sqlite:users.db", password_hash: bcrypt}}
upstreams: {{legacy: {{targets: ["http://127.0.0.1:{site['upstream']}"]}}}}
policies: [policies/*.yaml]
log: {{access: "off"}}
"""


def make_site(folder, upstream_port):
    site = {"port": free_port(), "admin": free_port(), "upstream": upstream_port}
    site["url"] = f"https://localhost:{site['port']}"
    for name in ("alice", "webapp", "reporting"):
        site[name] = secrets.token_urlsafe(32)
        (folder / f"{name}.secret").write_text(site[name])
    openssl = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    run([*openssl, *names, "-keyout", "edge.key", "-out", "edge.crt"], folder)
    run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "signing.pem"], folder)
    (folder / "policies").mkdir()
    (folder / "policies" / "api.yaml").write_text("routes: [{name: api, match: {path: /api/**}, upstream: legacy}]\n")
    (folder / "gateway.yaml").write_text(configuration(site))
    return site


def run(command, folder, given=None):
    done = subprocess.run(command, cwd=folder, input=given, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} {command[1]}: {done.stdout}{done.stderr}")


def wait_until_ready(site, gateway):
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and gateway.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{site['admin']}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.02)
    raise SystemExit("the gateway does not get ready")


def environment(site, folder):
    certificate = str(folder / "edge.crt")
    return {
        **os.environ,
        "GATEWAY": site["url"],
        "ALICE_PASSWORD": site["alice"],
        "WEBAPP_SECRET": site["webapp"],
        "REPORTING_SECRET": site["reporting"],
        "NODE_EXTRA_CA_CERTS": certificate,
        "REQUESTS_CA_BUNDLE": certificate,
    }


def commands():
    # Debian 12's Node 18 has the global that these libraries sign and verify with behind this option.
    for name in NODE_SCRIPTS:
        yield name, ["node", "--experimental-global-webcrypto", "--no-warnings", str(NODE / f"{name}.js")]
    for name in PYTHON_SCRIPTS:
        yield name, [DEBIAN_PYTHON, str(HERE / f"{name}.py")]


def run_scripts(site, folder):
    failed = []
    for name, command in commands():
        print(f"== {name}", flush=True)
        done = subprocess.run(
            command, env=environment(site, folder), capture_output=True, text=True, timeout=PATIENCE_SECONDS
        )
        print(done.stdout, end="", flush=True)
        if done.returncode != 0:
            print(done.stderr, flush=True)
            failed.append(name)
    return failed


def main():
    bearward = str(Path(sys.argv[1]).resolve())
    upstream = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = make_site(folder, upstream.server_port)
        config = ["-c", str(folder / "gateway.yaml")]
        run([bearward, "user", "add", "alice", "--password-stdin", *config], folder, site["alice"] + "\n")
        with open(folder / "log", "w") as log:
            gateway = subprocess.Popen([bearward, "serve", *config], stdout=log, stderr=log)
        try:
            wait_until_ready(site, gateway)
            failed = run_scripts(site, folder)
        finally:
            gateway.terminate()
            gateway.wait(PATIENCE_SECONDS)
        if failed:
            print((folder / "log").read_text()[-4000:])
            sys.exit("not content: " + ", ".join(failed))


if __name__ == "__main__":
    main()
