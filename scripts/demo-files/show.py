#!/usr/bin/env python3
"""The demo after the build (scripts/demo builds, then runs this): furnishes demo/, starts the legacy server
and the gateway, and shows calls to try, or with --check tries them."""

import argparse
import signal
import sys
from pathlib import Path

from curl_lines import curl_lines
from play import Play
from servers import start_gateway, start_upstream
from site_files import PEOPLE, DemoError, Site, complain, say


def stop_on_signal(number, _frame):
    raise KeyboardInterrupt(signal.Signals(number).name)


def introduce(site):
    say()
    say(f"The gateway serves https://localhost:{site.edge_port}, in front of a legacy server on port {site.upstream_port}.")
    say(f"Its configuration: {site.config} and {site.folder / 'policies'}; its log: {site.folder / 'gateway.log'}")
    say("Users are looked up in SQLite" + (" and Redis (127.0.0.1:6379)." if site.redis else "; no Redis runs here."))
    say("People: " + ", ".join(f"{name} / {password} ({roles}{'' if enabled else ', disabled'})"
                               for name, password, roles, enabled in PEOPLE))  # fmt: skip
    say("In another terminal:")
    for line in curl_lines(site):
        say(f"\n# {line.comment}\n{line.command}")
    say(f"\n# Have a new process take over, as with a new binary; no call fails meanwhile:\nkill -USR2 $(cat {site.folder / 'gateway.pid'})")
    say("\nCtrl-C ends the demo.")


def check(site, gateway):
    play = Play(site, gateway)
    play.through()
    status = gateway.stop()
    play.judge(status == 0, "the gateway ends on SIGTERM with exit 0", f"exit {status}\n{gateway.last_words()}")
    say(f"{play.passed} passed, {play.failed} failed")
    return 0 if play.failed == 0 else 1


def serve(site, gateway):
    introduce(site)
    status = gateway.process.wait()
    while gateway.follow():  # a hand-over
        status = gateway.process.wait()
    raise DemoError(f"the gateway ended by itself with exit {status}:\n{gateway.last_words()}")


def main():
    parser = argparse.ArgumentParser(description="the demo, once the gateway is built")
    parser.add_argument("--binary", type=Path, required=True, help="the built gateway")
    parser.add_argument("--check", action="store_true", help="play it through; exit 0 when all is right")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_on_signal)
    servers = []
    try:
        site = Site(options.binary)
        say("== making a certificate, a signing secret, a configuration and three users in demo/")
        site.furnish()
        say("== starting the legacy server and the gateway")
        for start in (start_upstream, start_gateway):
            server, wait_until_ready = start(site)
            servers.append(server)
            wait_until_ready()
        return (check if options.check else serve)(site, servers[-1])
    except DemoError as error:
        complain(f"demo: {error}")
        return 1
    except KeyboardInterrupt:
        say("\n== stopping")
        return 1 if options.check else 0
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave a server behind
        for server in reversed(servers):
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
