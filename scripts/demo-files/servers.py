"""The two servers of the demo: started, waited for, and stopped by their process ids."""

import http.client
import subprocess
import sys
import time

from site_files import TEMPLATES, DemoError

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


def start_upstream(site):
    command = [sys.executable, str(TEMPLATES / "legacy_upstream.py"), str(site.upstream_port)]
    server = Server("the legacy server", command, site.folder / "upstream.log")
    return server, lambda: server.wait_until_ready(site.upstream_port, "/healthz")


def start_gateway(site):
    command = [str(site.binary), "serve", "-c", str(site.config)]
    server = Server("the gateway", command, site.folder / "gateway.log")
    return server, lambda: server.wait_until_ready(site.admin_port, "/readyz")
