"""`scripts/demo --check`: plays the demo through from outside and judges every answer."""

import base64
import http.client
import json
import signal
import ssl
import time
import urllib.parse

from curl_lines import curl_lines, paste
from load import Load
from site_files import PASSWORDS, say

# A change of a user is heard by running gateways at once; the clock here is a busy machine's.
REFUSED_WITHIN_SECONDS = 1.0
RELOADED_WITHIN_SECONDS = 10.0
LOAD_SECONDS = 1.0  # before and after what happens under it


class Answer:
    def __init__(self, status, fields, content):
        self.status = status  # 0: there was no answer, and `content` says why
        self.fields = fields
        self.content = content

    def json(self):
        try:
            return json.loads(self.content)
        except ValueError:
            return {}

    def upstream_saw(self, name):
        """Every value of a header as the upstream got it, in all spellings that a CGI server folds together."""
        folded = name.lower().replace("_", "-")
        values = []
        for header, value in self.json().get("headers", {}).items():
            if header.lower().replace("_", "-") == folded:
                values += value if isinstance(value, list) else [value]
        return values

    def __str__(self):
        challenge = self.fields.get("WWW-Authenticate")
        said = "" if self.status == 200 else f", {self.content[:200].strip()!r}"  # a 200 may hold a token
        return f"{self.status}{f', WWW-Authenticate: {challenge}' if challenge else ''}{said}"


def exchange(connection, method, path, fields=(), content=b""):
    """One request on a connection of its own."""
    try:
        connection.connect()
        connection.putrequest(method, path)
        for name, value in fields:
            connection.putheader(name, value)
        connection.endheaders(content or None)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException) as error:
        return Answer(0, {}, f"no answer: {error!r}")
    finally:
        connection.close()


class Play:
    def __init__(self, site, gateway):
        self.site = site
        self.gateway = gateway
        self.failed = 0
        self.passed = 0
        self.trust = ssl.create_default_context(cafile=str(site.certificate))

    def through(self):
        """All of it; True when every line is ok."""
        alice = self.logs_in("alice")
        self.sees_who_calls(alice)
        self.refuses_without_token()
        self.refuses_tampered_token(alice)
        self.strips_spoofed_identity(alice)
        self.refuses_wrong_password()
        self.refuses_disabled_bob()
        self.asks_for_roles(alice, self.logs_in("root"))
        self.refuses_alice_once_disabled(alice)
        self.curl_lines_work()
        self.reloads_under_load(alice)
        self.hands_over_under_load(alice)
        return self.failed == 0

    def judge(self, good, sentence, seen=""):
        self.passed, self.failed = (self.passed + 1, self.failed) if good else (self.passed, self.failed + 1)
        say(f"ok   {sentence}" if good else f"FAIL {sentence}; saw {seen}")
        return good

    def call(self, method, path, token=None, fields=(), form=None):
        fields = list(fields)
        content = urllib.parse.urlencode(form).encode() if form else b""
        if token:
            fields.append(("Authorization", f"Bearer {token}"))
        if form:
            fields.append(("Content-Type", "application/x-www-form-urlencoded"))
            fields.append(("Content-Length", str(len(content))))
        edge = http.client.HTTPSConnection("127.0.0.1", self.site.edge_port, timeout=20, context=self.trust)
        return exchange(edge, method, path, fields, content)

    def upstream_requests(self):
        upstream = http.client.HTTPConnection("127.0.0.1", self.site.upstream_port, timeout=10)
        return exchange(upstream, "GET", "/healthz").json()["requests"]

    def refused(self, sentence, expected, call):
        """The call is answered as `expected` says, and the upstream never hears of it."""
        before = self.upstream_requests()
        answer = call()
        reached = self.upstream_requests() - before
        seen = f"{answer}, and {reached} requests at the upstream"
        return self.judge(expected(answer) and reached == 0, sentence, seen)

    def ask_for_token(self, name, password):
        return self.call("POST", "/token", form={"grant_type": "password", "username": name, "password": password})

    def logs_in(self, name):
        answer = self.ask_for_token(name, PASSWORDS[name])
        body = answer.json()
        token = body.get("access_token", "")
        # No body in the message: it may hold the token.
        self.judge(
            answer.status == 200 and token and body.get("token_type", "").lower() == "bearer",
            f"{name} gets a token for name and password",
            f"status {answer.status} with the members {sorted(body)}",
        )
        return token

    def sees_who_calls(self, token):
        answer = self.call("GET", "/api/orders?page=2", token)
        good = (
            answer.status == 200
            and answer.json().get("path") == "/api/orders?page=2"
            and answer.upstream_saw("X-Forwarded-User") == ["alice"]
            and answer.upstream_saw("X-Forwarded-Email") == ["alice@example.org"]
            and answer.upstream_saw("X-Forwarded-Groups") == ["user"]
            and answer.upstream_saw("Authorization") == []
        )
        self.judge(good, "her call reaches the upstream, with her name, e-mail and roles and without her token",
                   f"status {answer.status}, user {answer.upstream_saw('X-Forwarded-User')}")  # fmt: skip

    def refuses_without_token(self):
        self.refused(
            "without a token: 401 and a challenge that names no error",
            lambda answer: answer.status == 401 and answer.fields.get("WWW-Authenticate", "").startswith("Bearer")
            and "error=" not in answer.fields["WWW-Authenticate"],
            lambda: self.call("GET", "/api/orders"),
        )  # fmt: skip

    def refuses_tampered_token(self, token):
        header, payload, signature = (token.split(".") + ["", ""])[:3]
        claims = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        as_root = base64.urlsafe_b64encode(claims.replace(b'"alice"', b'"root"')).decode().rstrip("=")
        flipped = ("B" if signature[:1] != "B" else "C") + signature[1:]
        forgeries = [
            ("whose claims now name root", f"{header}.{as_root}.{signature}"),
            ("with a changed signature", f"{header}.{payload}.{flipped}"),
        ]
        for how, forged in forgeries:
            self.refused(f"a token {how}: 401 invalid_token", is_invalid_token, lambda: self.call("GET", "/api/x", forged))

    def strips_spoofed_identity(self, token):
        spoofed = [("X-Forwarded-User", "root"), ("X_Forwarded_User", "root"), ("x-forwarded-groups", "admin")]
        answer = self.call("GET", "/api/orders", token, spoofed)
        users, groups = answer.upstream_saw("X-Forwarded-User"), answer.upstream_saw("X-Forwarded-Groups")
        seen = f"status {answer.status}, users {users}, groups {groups}"
        self.judge(
            answer.status == 200 and users == ["alice"] and groups == ["user"],
            "a spoofed X-Forwarded-User, in any spelling: the upstream still sees alice", seen,
        )  # fmt: skip
        answer = self.call("GET", "/public/hello", fields=spoofed)
        users, groups = answer.upstream_saw("X-Forwarded-User"), answer.upstream_saw("X-Forwarded-Groups")
        seen = f"status {answer.status}, users {users}, groups {groups}"
        self.judge(
            answer.status == 200 and users == [] and groups == [],
            "the same on a public page without a token: the upstream sees nobody", seen,
        )  # fmt: skip

    def refuses_wrong_password(self):
        wrong = self.ask_for_token("alice", "not-her-password")
        unknown = self.ask_for_token("nobody", "not-her-password")
        good = is_invalid_grant(wrong) and is_invalid_grant(unknown) and wrong.content == unknown.content
        self.judge(good, "a wrong password and an unknown name: the same 400 invalid_grant", f"{wrong} and {unknown}")

    def refuses_disabled_bob(self):
        self.refused(
            "bob, who is disabled, gets no token for his right password",
            is_invalid_grant,
            lambda: self.ask_for_token("bob", PASSWORDS["bob"]),
        )

    def asks_for_roles(self, alice, root):
        answer = self.call("GET", "/admin/", root)
        self.judge(answer.status == 200, "root, an admin, reaches the back office", answer)
        self.refused("alice, who is none, does not: 403", is_forbidden, lambda: self.call("GET", "/admin/", alice))
        self.refused(
            "nor somebody else's profile: 403", is_forbidden, lambda: self.call("GET", "/api/people/root/cv", alice)
        )

    def refuses_alice_once_disabled(self, token):
        self.site.bearward("user", "disable", "alice")
        returned = time.monotonic()
        slowest = 0.0  # when the last call was sent that still got through
        answer = self.call("GET", "/api/orders", token)
        while answer.status == 200 and slowest < REFUSED_WITHIN_SECONDS:
            slowest = time.monotonic() - returned
            answer = self.call("GET", "/api/orders", token)
        how_fast = "from the first call on" if slowest == 0 else f"after {slowest * 1000:.0f} ms"
        self.judge(
            is_invalid_token(answer),
            f"alice, disabled by `bearward user disable`, is refused with her valid token {how_fast}",
            f"{answer.status} {how_fast}",
        )
        self.refused(
            "and gets no new one", is_invalid_grant, lambda: self.ask_for_token("alice", PASSWORDS["alice"])
        )
        self.site.bearward("user", "enable", "alice")
        # The other way round nothing has to be instant: a refusal may be remembered for local_ttl.
        answer = self.ask_for_token("alice", PASSWORDS["alice"])
        self.judge(answer.status == 200, "enabled again, she logs in again", f"status {answer.status}")

    def curl_lines_work(self):
        results, errors = paste(curl_lines(self.site))
        for line, printed in results:
            self.judge(line.expected in printed, f"as pasted: {line.comment}", f"{printed[:200]!r} {errors[:200]!r}")

    def reloads_under_load(self, token):
        """A path is closed, then opened again, by a reload each, while clients call another."""
        policy = self.site.folder / "policies" / "legacy.yaml"
        before = policy.read_text()
        closed = before + "  - {name: closed, match: {path: /api/orders}, access: deny, upstream: legacy}\n"
        with Load(self.site.edge_port, self.trust, token) as load:
            load.go_on(LOAD_SECONDS)
            seen = [self.answers_after_reload(policy, text, token) for text in (closed, before)]
            load.go_on(LOAD_SECONDS)
        self.judge(
            seen == [403, 200] and not load.failures,
            f"a policy is changed and changed back by reloads while {load.calls} calls run: none fails",
            f"{seen}, {len(load.failures)} of {load.calls} calls failed: {load.failures[:3]}",
        )

    def answers_after_reload(self, policy, text, token):
        """The status of a call once the reload has changed it; the old one where it does not."""
        old = status = self.call("GET", "/api/orders", token).status
        policy.write_text(text)
        self.gateway.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + RELOADED_WITHIN_SECONDS
        while status == old and time.monotonic() < deadline:
            status = self.call("GET", "/api/orders", token).status
        return status

    def hands_over_under_load(self, token):
        before = self.gateway.process.pid
        with Load(self.site.edge_port, self.trust, token) as load:
            load.go_on(LOAD_SECONDS)
            problem = self.gateway.hand_over()
            load.go_on(LOAD_SECONDS)
        after = self.gateway.process.pid
        answer = self.call("GET", "/api/orders", token)
        self.judge(
            not problem and after != before and answer.status == 200 and not load.failures,
            f"a new process takes over from process {before} on SIGUSR2 while {load.calls} calls run: none fails",
            f"{problem or answer}, {len(load.failures)} of {load.calls} calls failed: {load.failures[:3]}",
        )


def is_invalid_token(answer):
    return answer.status == 401 and 'error="invalid_token"' in answer.fields.get("WWW-Authenticate", "")


def is_invalid_grant(answer):
    return answer.status == 400 and answer.json().get("error") == "invalid_grant"


def is_forbidden(answer):
    return answer.status == 403
