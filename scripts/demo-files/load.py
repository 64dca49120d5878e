"""A bounded load on the demo's gateway: clients that call the old server over TLS, and every call that failed."""

import http.client
import select
import threading
import time

KEEPING_CLIENTS = 4  # each on a connection that it keeps
CONNECTING_CLIENTS = 2  # each on a new connection for every call
PAUSE_SECONDS = 0.02  # between two calls of a client: a few hundred a second in all


class Load:
    """Runs while its block does; then `calls` were made and `failures` says what became of those that failed."""

    def __init__(self, port, trust, token):
        self.port = port
        self.trust = trust
        self.token = token
        self.calls = 0
        self.failures = []
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.keep_calling, args=(index < KEEPING_CLIENTS,))
                        for index in range(KEEPING_CLIENTS + CONNECTING_CLIENTS)]  # fmt: skip

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def go_on(self, seconds):
        """Lets it run for so long, so that what just happened is under load."""
        time.sleep(seconds)

    def keep_calling(self, keeps):
        connection = None
        while not self.over.is_set():
            if connection and has_ended(connection):
                connection.close()
                connection = None
            connection = connection or http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=20, context=self.trust
            )
            problem, reusable = self.call(connection)
            if not (keeps and reusable):
                connection.close()
                connection = None
            with self.lock:
                self.calls += 1
                if problem:
                    self.failures.append(problem)
            time.sleep(PAUSE_SECONDS)
        if connection:
            connection.close()

    def call(self, connection):
        """What was wrong, or nothing; and whether the connection may be used again (RFC 9112 section 9.3)."""
        try:
            connection.request("GET", "/api/load", headers={"Authorization": f"Bearer {self.token}"})
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            return repr(error), False
        return (f"status {response.status}" if response.status != 200 else ""), not response.will_close


def has_ended(connection):
    """Has the server closed it while it was idle? Every client that keeps connections looks before it calls."""
    return bool(select.select([connection.sock], [], [], 0)[0])
