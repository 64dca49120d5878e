"""The two servers of the demo: started, waited for, and stopped by their process ids."""

import http.client
import signal
import subprocess
import sys
import time

from site_files import TEMPLATES, DemoError
from successor import Successor, inherit_orphans

STOP_WITHIN_SECONDS = 15
READY_WITHIN_SECONDS = 20


class Server:
    def __init__(self, name, command, log_path):
        self.name = name
        self.log_path = log_path
        with open(log_path, "wb") as log:
            # A session of its own: Ctrl-C reaches the demo alone, which then stops its servers in order.
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def wait_until_ready(self, port, path):
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        why = "no answer"
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise DemoError(f"{self.name} ended with exit {self.process.returncode}:\n{self.last_words()}")
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
                connection.request("GET", path)
                why = f"{path} answered {connection.getresponse().status}"
                if why.endswith(" 200"):
                    return
            except (OSError, http.client.HTTPException) as error:
                why = str(error)
            finally:
                connection.close()
            time.sleep(0.05)
        raise DemoError(f"{self.name} is not ready after {READY_WITHIN_SECONDS} s ({why}):\n{self.last_words()}")

    def last_words(self):
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-20:])

    def stop(self):
        """Its exit status; a server that does not end on SIGTERM is killed, and that is -9."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode


class Gateway(Server):
    def __init__(self, site):
        inherit_orphans()
        self.pid_file = site.folder / "gateway.pid"
        super().__init__("the gateway", [str(site.binary), "serve", "-c", str(site.config)], site.folder / "gateway.log")

    def who_serves(self):
        try:
            return int(self.pid_file.read_text())
        except (OSError, ValueError):
            return None

    def follow(self):
        """Does another process serve by now? Then this is that one."""
        pid = self.who_serves()
        if pid in (None, self.process.pid):
            return False
        self.process = Successor(pid)
        return True

    def hand_over(self):
        """A new process takes over; what is wrong with that, or nothing. From then on this is the new one."""
        replaced = self.process
        replaced.send_signal(signal.SIGUSR2)
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while self.who_serves() in (None, replaced.pid):
            if time.monotonic() > deadline:
                return f"no other process serves:\n{self.last_words()}"
            time.sleep(0.02)
        self.follow()
        try:
            status = replaced.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            replaced.kill()
            return f"the old process does not end:\n{self.last_words()}"
        return "" if status == 0 else f"the old process ended with exit {status}"

    def stop(self):
        status = super().stop()
        # Interrupted in the middle of a hand-over, the demo may know only one of the two.
        if self.follow():
            super().stop()
        return status


def start_upstream(site):
    command = [sys.executable, str(TEMPLATES / "legacy_upstream.py"), str(site.upstream_port)]
    server = Server("the legacy server", command, site.folder / "upstream.log")
    return server, lambda: server.wait_until_ready(site.upstream_port, "/healthz")


def start_gateway(site):
    server = Gateway(site)
    return server, lambda: server.wait_until_ready(site.admin_port, "/readyz")
