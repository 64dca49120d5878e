"""A figure counts only for a proxy that does the job: each is tried before it is measured."""

import time

import https_client
import tokens
from peers import Peer
from processes import CannotRun
from stage import USERNAMES

CIPHER = "TLS_AES_256_GCM_SHA384"


def verify(peer: Peer) -> None:
    """Raises CannotRun that names the peer and what it let through, refused or changed."""
    check_tls(peer)
    check_lets_in(peer)
    if peer.checks_tokens:
        check_refusals(peer)


def check_tls(peer: Peer) -> None:
    connection = https_client.Connection(https_client.context(), peer.port)
    cipher = connection.socket.cipher()[0]
    connection.close()
    if cipher != CIPHER:
        raise CannotRun(f"{peer.name} chose {cipher}; all must use {CIPHER} for the figures to compare")


def check_lets_in(peer: Peer) -> None:
    for username in (USERNAMES[0], USERNAMES[-1]):
        answer = https_client.get(peer.port, "/api/seen", peer.key.mint(username), X_Forwarded_User="mallory")
        if answer.status != 200:
            raise CannotRun(f"{peer.name} answered {answer.status} to a good token, not 200")
        if not peer.checks_tokens:
            continue
        for field, expected in (("X-Seen-User", username), ("X-Seen-Scope", tokens.SCOPE)):
            if answer.fields.get_all(field) != [expected]:
                raise CannotRun(f"behind {peer.name} the upstream saw {field}: {answer.fields.get_all(field)}, "
                                f"not {expected!r}")


def check_refusals(peer: Peer) -> None:
    good = peer.key.mint(USERNAMES[0])
    refused = {
        "no token": None,
        "a forged signature": tokens.forged(good),
        "an expired token": peer.key.mint(USERNAMES[0], exp=int(time.time()) - 3600),
        "alg none without a signature": tokens.unsigned(good, keep_signature=False),
        "alg none with a signature": tokens.unsigned(good, keep_signature=True)}
    for what, token in refused.items():
        answer = https_client.get(peer.port, "/api/seen", token)
        if answer.status != 401 or "X-Seen-User" in answer.fields:
            raise CannotRun(f"{peer.name} answered {answer.status} to {what}, not 401")
