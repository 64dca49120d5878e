"""The peers come from Debian, as a user would install them."""

import pathlib
import shutil
import subprocess

from processes import CannotRun

PACKAGES = ["haproxy", "nginx", "libnginx-mod-http-lua", "lua-cjson", "wrk", "redis-server", "openssl"]


def install(repository: pathlib.Path) -> None:
    """Installs what is missing: through scripts/install-packages where it stands, since that keeps the
    packaged servers from starting, and through apt-get for whatever it did not bring."""
    if not missing():
        return
    print(f"installing {' '.join(missing())}", flush=True)
    script = repository / "scripts" / "install-packages"
    if script.exists():
        subprocess.run([script, "benchmark"], check=False)
    if missing():
        if not shutil.which("apt-get"):
            raise CannotRun(f"missing packages: {' '.join(missing())}; install them")
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", *missing()], check=False)
    if missing():
        raise CannotRun(f"could not install {' '.join(missing())}; install them as root and try again")


def missing() -> list[str]:
    query = ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n", *PACKAGES]
    shown = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    installed = {line.split()[0] for line in shown.splitlines() if line.endswith(" installed")}
    return [package for package in PACKAGES if package not in installed]


def versions() -> dict[str, str]:
    query = ["dpkg-query", "--show", "--showformat", "${Package} ${Version}\n", *PACKAGES]
    shown = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    return dict(line.split() for line in shown.splitlines())
