"""Keys and tokens: what a login would have given each user, and the broken ones that must be refused."""

import base64
import concurrent.futures
import ctypes
import functools
import hmac
import json
import os
import pathlib
import subprocess
import time

ISSUER = "https://gateway.test"
AUDIENCE = "legacy-apis"
SCOPE = "orders:read reports:read"
KEY_ID = "bench"
LIFETIME_SECONDS = 6 * 3600
HMAC_SECRET = "benchmark-secret-of-sixty-four-characters-known-to-every-peer-00"


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class SigningKey:
    """A key of one JWS algorithm. RS256 and ES256 keys are made by `openssl` in `folder`."""

    def __init__(self, algorithm: str, folder: pathlib.Path):
        self.algorithm = algorithm
        self.private_key = folder / f"{algorithm}.key"
        self.public_key = folder / f"{algorithm}.pub"
        kind = {"RS256": ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
                "ES256": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]}
        if algorithm in kind and not self.public_key.exists():
            run_openssl("genpkey", "-algorithm", *kind[algorithm], "-out", self.private_key)
            run_openssl("pkey", "-in", self.private_key, "-pubout", "-out", self.public_key)

    def sign(self, signed: bytes) -> bytes:
        if self.algorithm == "HS256":
            return hmac.digest(HMAC_SECRET.encode(), signed, "sha256")
        signature = private_key_signature(str(self.private_key), signed)
        return signature if self.algorithm == "RS256" else raw_from_der(signature)

    def mint(self, username: str, number: int = 0, **changes) -> str:
        """A token for `username`; `number` makes two tokens of one user differ; `changes` replaces claims."""
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": username, "iat": now, "exp": now + LIFETIME_SECONDS,
                  "jti": f"{number:016x}", "scope": SCOPE} | changes
        return self._sign_as(self.algorithm, claims)

    def _sign_as(self, named_algorithm: str, claims: dict) -> str:
        header = {"alg": named_algorithm, "typ": "JWT", "kid": KEY_ID}
        signed = ".".join(base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
        return f"{signed}.{base64url(self.sign(signed.encode()))}"

    def mint_many(self, count: int, usernames: list[str]) -> list[str]:
        """`count` different tokens, the users taken in turn."""
        if self.algorithm == "HS256" or count <= 2_000:
            return self._mint_range(usernames, 0, count)
        # Nothing is measured yet, so minting may use the proxy's CPU too.
        every_cpu = (0, range(os.cpu_count() or 1))
        with concurrent.futures.ProcessPoolExecutor(initializer=os.sched_setaffinity, initargs=every_cpu) as pool:
            starts = range(0, count, 1_000)
            parts = [pool.submit(self._mint_range, usernames, start, min(start + 1_000, count)) for start in starts]
            return [token for part in parts for token in part.result()]

    def _mint_range(self, usernames: list[str], start: int, end: int) -> list[str]:
        return [self.mint(usernames[number % len(usernames)], number) for number in range(start, end)]


def forged(token: str) -> str:
    """The token with one bit of its signature flipped: a real bit, not the padding of the last character."""
    signed, _, signature = token.rpartition(".")
    raw = bytearray(base64.urlsafe_b64decode(signature + "=="))
    raw[len(raw) // 2] ^= 1
    return f"{signed}.{base64url(bytes(raw))}"


def unsigned(token: str, keep_signature: bool) -> str:
    """The token with `alg: none` (RFC 8725 §2.1), with or without the signature it had."""
    header = base64url(json.dumps({"alg": "none", "typ": "JWT"}, separators=(",", ":")).encode())
    _, claims, signature = token.split(".")
    return f"{header}.{claims}.{signature if keep_signature else ''}"


def run_openssl(*arguments) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def raw_from_der(der: bytes) -> bytes:
    """An ECDSA P-256 signature as JWS wants it: r and s, 32 bytes each (RFC 7518 §3.4)."""
    r_length = der[3]
    r, s = der[4:4 + r_length], der[6 + r_length:]
    return b"".join(int.from_bytes(number, "big").to_bytes(32, "big") for number in (r, s))


def private_key_signature(private_key: str, signed: bytes) -> bytes:
    """SHA-256 with the PEM key. libcrypto is called in place: a process of `openssl` per token takes hours."""
    crypto, key = loaded_key(private_key)
    context = crypto.EVP_MD_CTX_new()
    try:
        length = ctypes.c_size_t(1024)
        signature = ctypes.create_string_buffer(length.value)
        if (crypto.EVP_DigestSignInit(context, None, crypto.EVP_sha256(), None, key) != 1 or
                crypto.EVP_DigestSign(context, signature, ctypes.byref(length), signed, len(signed)) != 1):
            raise RuntimeError(f"libcrypto could not sign with {private_key}")
        return signature.raw[:length.value]
    finally:
        crypto.EVP_MD_CTX_free(context)


@functools.cache
def loaded_key(private_key: str):
    crypto = ctypes.CDLL("libcrypto.so.3")
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    for name, result, arguments in [
            ("BIO_new_file", pointer, [ctypes.c_char_p, ctypes.c_char_p]),
            ("PEM_read_bio_PrivateKey", pointer, [pointer] * 4),
            ("BIO_free", ctypes.c_int, [pointer]),
            ("EVP_sha256", pointer, []),
            ("EVP_MD_CTX_new", pointer, []),
            ("EVP_MD_CTX_free", None, [pointer]),
            ("EVP_DigestSignInit", ctypes.c_int, [pointer] * 5),
            ("EVP_DigestSign", ctypes.c_int, [pointer, ctypes.c_char_p, ctypes.POINTER(size), ctypes.c_char_p, size])]:
        function = getattr(crypto, name)
        function.restype, function.argtypes = result, arguments
    file = crypto.BIO_new_file(private_key.encode(), b"r")
    key = crypto.PEM_read_bio_PrivateKey(file, None, None, None)
    crypto.BIO_free(file)
    if not key:
        raise RuntimeError(f"libcrypto could not read {private_key}")
    return crypto, key
