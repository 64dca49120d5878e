"""Authlib against the gateway: password, refresh, revocation, client credentials, introspection, the JWKS."""

import os

from authlib.integrations.requests_client import OAuth2Session
from authlib.integrations.base_client import OAuthError
from authlib.jose import JsonWebKey, JsonWebToken

GATEWAY = os.environ["GATEWAY"]
PASSWORD = os.environ["ALICE_PASSWORD"]
SECRET = os.environ["REPORTING_SECRET"]


def check(what, seen, wanted):
    if seen != wanted:
        raise SystemExit(f"{what}: expected {wanted!r}, saw {seen!r}")
    print("ok", what)


alice = OAuth2Session("spa", token_endpoint=GATEWAY + "/token", token_endpoint_auth_method="none")
token = alice.fetch_token(GATEWAY + "/token", username="alice", password=PASSWORD)
check("alice is logged in", alice.get(GATEWAY + "/users/me").json()["username"], "alice")

keys = JsonWebKey.import_key_set(alice.get(GATEWAY + "/.well-known/jwks.json", withhold_token=True).json())
claims = JsonWebToken(["ES256"]).decode(token["access_token"], keys)
claims.validate()
check("her token verifies by the JWKS", claims["sub"], "alice")

renewed = alice.refresh_token(GATEWAY + "/token", refresh_token=token["refresh_token"])
check("the refresh token gives another", renewed["refresh_token"] != token["refresh_token"], True)
answer = alice.revoke_token(GATEWAY + "/revoke", token=renewed["refresh_token"], token_type_hint="refresh_token")
check("it can be revoked", answer.status_code, 200)
try:
    alice.refresh_token(GATEWAY + "/token", refresh_token=renewed["refresh_token"])
    raise SystemExit("a revoked refresh token: it did not fail")
except OAuthError as error:
    check("then it is invalid_grant", error.error, "invalid_grant")

for method in ("client_secret_basic", "client_secret_post"):
    reporting = OAuth2Session("reporting", SECRET, scope="reports:read", token_endpoint_auth_method=method)
    own = reporting.fetch_token(GATEWAY + "/token", grant_type="client_credentials")
    check(f"a client's own token by {method}", own["scope"], "reports:read")
    about = reporting.introspect_token(GATEWAY + "/introspect", token=own["access_token"]).json()
    check("introspection knows it", (about["active"], about["client_id"]), (True, "reporting"))
