"""The calls that the demo prints: each works as pasted, and `--check` pastes them."""

import os
import shlex
import subprocess

from site_files import PASSWORDS


class CurlLine:
    def __init__(self, comment, command, expected):
        self.comment = comment
        self.command = command
        self.expected = expected  # what the output must hold


def curl_lines(site):
    base = f"https://localhost:{site.edge_port}"
    curl = f"curl -sS --cacert {shlex.quote(str(site.certificate))}"
    bearward = shlex.quote(str(site.binary))
    config = shlex.quote(str(site.config))
    read_token = "python3 -c 'import json, sys; print(json.load(sys.stdin)[\"access_token\"])'"
    login = f"{curl} -d username=alice -d password={PASSWORDS['alice']} {base}/token"
    call = f'{curl} -i -H "Authorization: Bearer $TOKEN"'
    return [
        CurlLine("Log in as alice; the answer of an OAuth token endpoint:", login, '"access_token"'),
        CurlLine(
            "Keep the token, then call the old server with it. It answers with what it saw: alice's headers.",
            f"TOKEN=$({login} | {read_token})\n{call} {base}/api/orders",
            "alice@example.org",
        ),
        CurlLine("Without a token:", f"{curl} -i {base}/api/orders", " 401"),
        CurlLine(
            "Pretending to be root does not help; the old server still sees alice:",
            f"{call} -H 'X-Forwarded-User: root' {base}/api/orders",
            '"alice"',
        ),
        CurlLine("The back office wants the role admin, which alice does not have:", f"{call} {base}/admin/", " 403"),
        CurlLine(
            "Disable alice, and the very next call is refused; then let her in again:",
            f"{bearward} user disable alice -c {config}\n{call} {base}/api/orders\n"
            f"{bearward} user enable alice -c {config}",
            " 401",
        ),
    ]


def paste(lines):
    """Runs them as one shell would that they were pasted to; for each, what it printed."""
    mark = "=== next line of the demo ==="
    script = f"\necho '{mark}'\n".join(line.command for line in lines)
    shell = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, timeout=60, env={"PATH": os.environ["PATH"]}, cwd="/"
    )
    return list(zip(lines, shell.stdout.split(mark))), shell.stderr
