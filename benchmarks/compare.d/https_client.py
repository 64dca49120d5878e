"""A small TLS 1.3 client: one connection, one request at a time. Its own CPU is not measured."""

import contextlib
import dataclasses
import http.client
import socket
import ssl


@dataclasses.dataclass
class Answer:
    status: int
    fields: http.client.HTTPMessage
    content: bytes


def context() -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE  # the certificate is our own, and checking it is not the proxy's work
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    return made


class Connection:
    """A TLS connection to 127.0.0.1:port; `session` resumes an earlier one."""

    def __init__(self, tls: ssl.SSLContext, port: int, session: ssl.SSLSession | None = None):
        plain = socket.create_connection(("127.0.0.1", port), timeout=10)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = tls.wrap_socket(plain, session=session)

    def get(self, path: str, token: str | None, **fields: str) -> Answer:
        sent = {"Host": "localhost"} | ({"Authorization": f"Bearer {token}"} if token else {})
        sent |= {name.replace("_", "-"): value for name, value in fields.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        response = http.client.HTTPResponse(self.socket, method="GET")
        response.begin()
        return Answer(response.status, response.headers, response.read())

    def wait_for_close(self) -> None:
        """Reads the peer's close_notify, without which OpenSSL forgets the session."""
        with contextlib.suppress(OSError):
            while self.socket.recv(4096):
                pass

    def close(self) -> None:
        self.socket.close()


def get(port: int, path: str, token: str | None, **fields: str) -> Answer:
    connection = Connection(context(), port)
    try:
        return connection.get(path, token, **fields)
    finally:
        connection.close()
