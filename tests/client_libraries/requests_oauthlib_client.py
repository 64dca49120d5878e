"""requests-oauthlib against the gateway: password, refresh, client credentials, and what its errors are."""

import os

from oauthlib.oauth2 import BackendApplicationClient, InvalidGrantError, LegacyApplicationClient
from requests_oauthlib import OAuth2Session

GATEWAY = os.environ["GATEWAY"]
PASSWORD = os.environ["ALICE_PASSWORD"]
SECRET = os.environ["REPORTING_SECRET"]


def check(what, seen, wanted):
    if seen != wanted:
        raise SystemExit(f"{what}: expected {wanted!r}, saw {seen!r}")
    print("ok", what)


def log_in(password):
    session = OAuth2Session(client=LegacyApplicationClient(client_id="spa"))
    session.fetch_token(GATEWAY + "/token", username="alice", password=password, client_id="spa", include_client_id=True)
    return session


alice = log_in(PASSWORD)
check("alice is logged in", alice.get(GATEWAY + "/users/me").json()["username"], "alice")
check("her token opens the API", alice.get(GATEWAY + "/api/x").status_code, 200)

first = alice.token["access_token"]
alice.refresh_token(GATEWAY + "/token", client_id="spa")
check("the refresh token gives another token", alice.token["access_token"] != first, True)
check("which opens the API", alice.get(GATEWAY + "/api/x").status_code, 200)

try:
    log_in("not hers")
    raise SystemExit("a wrong password: it did not fail")
except InvalidGrantError as error:
    check("a wrong password is invalid_grant", error.description, "Incorrect username or password")

reporting = OAuth2Session(client=BackendApplicationClient(client_id="reporting", scope=["reports:read"]))
token = reporting.fetch_token(GATEWAY + "/token", client_id="reporting", client_secret=SECRET)
check("a client's own token", token["scope"], ["reports:read"])
