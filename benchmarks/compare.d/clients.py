"""Clients that wrk is not: a new connection per request, and many that stay idle."""

import concurrent.futures

import https_client
from peers import Peer
from processes import CannotRun

THREADS = 4


def open_and_close(peer: Peer, token: str, count: int, resumed: bool) -> None:
    """`count` connections of one request each, THREADS at a time. A resumed one uses the ticket of the one before."""
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        shares = [count // THREADS + (number < count % THREADS) for number in range(THREADS)]
        for done in [pool.submit(one_after_another, peer, token, share, resumed) for share in shares]:
            done.result()


def one_after_another(peer: Peer, token: str, count: int, resumed: bool) -> None:
    tls = https_client.context()
    session = None
    for number in range(count):
        connection = https_client.Connection(tls, peer.port, session)
        try:
            status = connection.get("/api/small", token, Connection="close").status
            connection.wait_for_close()
            if status != 200:
                raise CannotRun(f"{peer.name} answered {status} on a new connection, not 200")
            # The first of each thread has nothing to resume: 4 of hundreds, the same for every peer.
            if connection.socket.session_reused != (resumed and number > 0):
                raise CannotRun(f"{peer.name} {'did not resume' if resumed else 'resumed'} a TLS session")
            session = connection.socket.session if resumed else None
        finally:
            connection.close()


class IdleConnections:
    """Connections that made one authenticated request each and then stay."""

    def __init__(self, peer: Peer, token: str):
        self._peer, self._token = peer, token
        self._tls = https_client.context()
        self._open: list[https_client.Connection] = []

    def __enter__(self) -> "IdleConnections":
        return self

    def __exit__(self, *_) -> None:
        for connection in self._open:
            connection.close()

    def open(self, count: int) -> None:
        for _ in range(count):
            self._open.append(https_client.Connection(self._tls, self._peer.port))
            self._request(self._open[-1])

    def check(self) -> None:
        """The first and the last must still answer: closed connections cost nothing."""
        for connection in (self._open[0], self._open[-1]):
            self._request(connection)

    def _request(self, connection: https_client.Connection) -> None:
        status = connection.get("/api/small", self._token).status
        if status != 200:
            raise CannotRun(f"{self._peer.name} answered {status} on a connection that stays, not 200")
