#!/usr/bin/env python3
"""Holds the floors of gateway/: which room may include which, and which outside library lives where.

A room (a folder of gateway/) includes rooms of lower floors only, and of those only the ones that
gateway/CMakeLists.txt lists for it. An outside library is used in its own rooms only. What a file
declares is in the namespace of its folder. Every offence is printed as FILE:LINE; exit 1 if there is one.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GATEWAY = ROOT / "gateway"

# Floor by floor, the lowest first. A room sees the floors below it, never its neighbours.
FLOORS = [
    ["base"],
    ["async", "crypto"],
    ["http", "identity", "telemetry"],
    ["config"],
    ["token", "oauth", "policy"],
    ["transport", "store", "limit", "issuer"],
    ["upstream"],
    ["snapshot"],
    ["pipeline", "endpoint", "admin"],
    ["rehearsal"],
    ["app", "probe"],
    ["command"],
]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

# These decide from their arguments alone: no I/O, no clock, no log. That is what makes them testable by tables.
PURE = {"token", "oauth", "policy"}
PURE_FORBIDDEN_ROOMS = {"async", "telemetry"}
PURE_FORBIDDEN_CALLS = re.compile(r"\b(?:unix_now|steady_now)\s*\(|_clock::now\s*\(")
PURE_FORBIDDEN_INCLUDES = re.compile(r"^(?:fstream|iostream|filesystem|cstdio|thread|mutex|sys/|unistd\.h|fcntl\.h)")

# An outside library, how its includes begin, and where alone it may be used: rooms, or files by their stem.
LIBRARIES = [
    ("Beast", r"boost/beast", ["transport", "issuer"]),
    ("nghttp2", r"nghttp2", ["transport"]),
    ("hiredis", r"hiredis", ["store"]),
    ("SQLite", r"sqlite3", ["store"]),
    ("libpq", r"libpq|postgresql/", ["store"]),
    ("yaml-cpp", r"yaml-cpp", ["config"]),
    ("OpenSSL", r"openssl/", ["crypto", "transport/tls_stream", "issuer/jwks_fetcher", "probe/connection"]),
    ("crypt", r"crypt\.h|argon2", ["crypto"]),
    ("spdlog", r"spdlog|fmt/", ["telemetry"]),
    ("CLI11", r"CLI/|CLI11", ["command"]),
]
# The precompiled header brings Asio to every source, so here the names count and not only the includes.
NO_ASIO = {"base", "identity", "config", *PURE}
ASIO = re.compile(r"\bboost/asio\b|\basio::|\bboost::asio\b")

# Words that every room uses unqualified (Result, Secret, UnixTime, Task): declared in `bearward` itself.
VOCABULARY = re.compile(r"^(?:base/.*|async/task\.h)$")

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
NAMESPACE = re.compile(r"^\s*(?:inline\s+)?namespace\s+([A-Za-z_][\w:]*)\s*(?:\[\[.*\]\]\s*)?\{")
CMAKE_ROOM = re.compile(r"^bearward_room\(\s*(\w+)(.*?)\)", re.MULTILINE | re.DOTALL)


def without_comments(text):
    """The same lines, with comments blanked and string literals kept (an include's path is one)."""

    def blank(match):
        token = match.group(0)
        return token if token[0] in "\"'" else re.sub(r"[^\n]", " ", token)

    return re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|//[^\n]*|/\*.*?\*/', blank, text, flags=re.DOTALL)


def cmake_rooms():
    """Room -> (line, rooms it links), as gateway/CMakeLists.txt says."""
    text = (GATEWAY / "CMakeLists.txt").read_text()
    text = re.sub(r"#[^\n]*", "", text)
    rooms = {}
    for match in CMAKE_ROOM.finditer(text):
        words = match.group(2).split()
        links = []
        if "ROOMS" in words:
            links = words[words.index("ROOMS") + 1 :]
            if "LIBRARIES" in links:
                links = links[: links.index("LIBRARIES")]
        rooms[match.group(1)] = (text.count("\n", 0, match.start()) + 1, links)
    return rooms


class Layers:
    def __init__(self):
        self.offences = []
        self.links = {}

    def offence(self, path, line, message):
        self.offences.append((str(path.relative_to(ROOT)), line, message))

    def check_cmake(self):
        """The floors here and the ROOMS of the libraries say the same."""
        cmake = GATEWAY / "CMakeLists.txt"
        rooms = cmake_rooms()
        for room, (line, links) in rooms.items():
            if room not in FLOOR_OF:
                self.offence(cmake, line, f'room "{room}" has no floor; add it to FLOORS in scripts/check_layers.py')
                continue
            for other in links:
                if FLOOR_OF.get(other, len(FLOORS)) >= FLOOR_OF[room]:
                    self.offence(cmake, line, f'"{room}" links "{other}", which is not on a lower floor')
                if room in PURE and other in PURE_FORBIDDEN_ROOMS:
                    self.offence(cmake, line, f'"{room}" is pure and may not link "{other}"')
            self.links[room] = set(links)
        for room in FLOOR_OF:
            if room == "command":  # the executable, not a library: it may know every room
                self.links[room] = set(FLOOR_OF) - {room}
            elif room not in rooms:
                self.offence(cmake, 1, f'room "{room}" of FLOORS has no bearward_room() here')
        for folder in sorted(GATEWAY.iterdir()):
            if folder.is_dir() and folder.name not in FLOOR_OF:
                self.offence(folder, 1, "no such room; add it to FLOORS in scripts/check_layers.py")

    def check_source(self, path):
        inside = path.relative_to(GATEWAY)
        room = inside.parts[0]
        if room not in FLOOR_OF:
            return
        namespaces = set()
        for number, line in enumerate(without_comments(path.read_text()).splitlines(), start=1):
            include = INCLUDE.match(line)
            if include:
                self.check_include(path, room, number, include.group(1), include.group(2))
            if room in NO_ASIO and ASIO.search(line):
                self.offence(path, number, f'"{room}" knows no Asio')
            if room in PURE and PURE_FORBIDDEN_CALLS.search(line):
                self.offence(path, number, f'"{room}" reads no clock; take the time as an argument')
            namespace = NAMESPACE.match(line)
            if namespace:
                namespaces.add(namespace.group(1))
                self.check_namespace(path, room, number, namespace.group(1))
        self.check_own_namespace(path, room, namespaces)

    def check_include(self, path, room, line, quoted, angled):
        included = quoted or angled
        stem = path.relative_to(GATEWAY).with_suffix("").as_posix()
        for name, pattern, homes in LIBRARIES:
            if re.match(pattern, included) and room not in homes and stem not in homes:
                self.offence(path, line, f"{name} may be used in {' and '.join(homes)} only")
        if room in PURE and angled and PURE_FORBIDDEN_INCLUDES.match(angled):
            self.offence(path, line, f'"{room}" is pure: no I/O, no threads; <{angled}> has no use here')
        if not quoted:
            return
        other = quoted.split("/")[0]
        if other not in FLOOR_OF:
            self.offence(path, line, f'"{quoted}" is not a path that starts at gateway/')
        elif other == room:
            return
        elif FLOOR_OF[other] >= FLOOR_OF[room]:
            self.offence(path, line, f'"{room}" may not include "{other}", which is not on a lower floor')
        elif other not in self.links.get(room, set()):
            self.offence(path, line, f'"{room}" includes "{other}", which its ROOMS in gateway/CMakeLists.txt do not list')

    def check_namespace(self, path, room, line, name):
        """A block of another room's namespace is a forward declaration: fine for what may be included."""
        parts = name.split("::")
        if parts[0] != "bearward" or len(parts) == 1:
            return
        other = parts[1]
        if other != room and other in FLOOR_OF and other not in self.links.get(room, set()):
            self.offence(path, line, f'"{room}" declares in the namespace of "{other}", a room it may not know')

    def check_own_namespace(self, path, room, namespaces):
        inside = path.relative_to(GATEWAY).as_posix()
        if inside == "command/main.cpp":
            return
        own = f"bearward::{room}"
        if VOCABULARY.match(inside) and "bearward" in namespaces:
            return
        if not any(name == own or name.startswith(own + "::") for name in namespaces):
            self.offence(path, 1, f"declares nothing in namespace {own}")


def main():
    layers = Layers()
    layers.check_cmake()
    sources = sorted(path for path in GATEWAY.rglob("*") if path.suffix in (".h", ".cpp"))
    for path in sources:
        layers.check_source(path)
    for path, line, message in sorted(layers.offences):
        print(f"{path}:{line}: {message}")
    if not sources:
        print("no source found under gateway/", file=sys.stderr)
        return 2
    if layers.offences:
        return 1
    print(f"{len(sources)} files of {len(FLOOR_OF)} rooms keep to their floors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
