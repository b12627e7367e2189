"""`smoke.py URL`: log in to a running demo, submit a solution, check its report; mode must be `container`."""

from __future__ import annotations

import http.cookiejar
import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

SOLUTION = Path(__file__).parents[1] / "assignments" / "mlp-backprop" / "solution" / "mlp.py"
ASSIGNMENT = "/courses/neural-networks/a/mlp-backprop"
BOUNDARY = "----smoke"


class Visitor:
    """A simple browser: cookies, pages and forms."""

    def __init__(self, url: str) -> None:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)
        self._url = url

    def get(self, path: str) -> str:
        """The text of the page."""
        with self._opener.open(self._url + path, timeout=10) as response:
            return str(response.read().decode())

    def post(self, path: str, data: bytes, kind: str) -> str:
        """Send a form; returns the path of the page after it."""
        request = urllib.request.Request(self._url + path, data, {"Content-Type": kind})
        with self._opener.open(request, timeout=30) as response:
            return urllib.parse.urlsplit(response.url).path

    def token(self, path: str) -> str:
        """The form token (CSRF) of a page."""
        match = re.search(r'name="csrf" value="([^"]+)"', self.get(path))
        assert match, f"no form on {path}"
        return match[1]


def wait_until_up(visitor: Visitor, timeout_s: float = 90.0) -> None:
    """Wait until /health answers. Raises URLError or OSError if it does not in time."""
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            visitor.get("/health")
            return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def log_in(visitor: Visitor, email: str) -> None:
    """Log in with the password of the demo. Raises AssertionError."""
    form = {"csrf": visitor.token("/login"), "email": email, "password": "demo-password"}
    path = visitor.post("/login", urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded")
    assert path != "/login", f"{email} could not log in"


def submit(visitor: Visitor, file: Path) -> str:
    """Upload the file as a browser does; returns the path of the submission's page. Raises AssertionError."""
    fields = {"csrf": visitor.token(ASSIGNMENT), "do": "hand-in"}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}'
        for key, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n'
    parts.append(f"{head}Content-Type: text/x-python\r\n\r\n{file.read_text()}")
    body = "\r\n".join([*parts, f"--{BOUNDARY}--\r\n"]).encode()
    path = visitor.post(f"{ASSIGNMENT}/hand-in", body, f"multipart/form-data; boundary={BOUNDARY}")
    assert path.startswith("/s/"), f"after the upload came {path}"
    return path


def wait_until_graded(visitor: Visitor, path: str, timeout_s: float = 60.0) -> float:
    """Wait until the submission is graded; returns the seconds that it took. Raises AssertionError."""
    began = time.monotonic()
    while json.loads(visitor.get(f"{path}/live"))["state"] not in ("done", "stopped"):
        assert time.monotonic() - began < timeout_s, "not graded in time"
        time.sleep(0.1)
    return time.monotonic() - began


def main(url: str) -> None:
    """Log in, submit, wait, check the report. Raises AssertionError, which says what is wrong."""
    student, staff = Visitor(url), Visitor(url)
    wait_until_up(student)
    log_in(student, "mira@example.org")
    path = submit(student, SOLUTION)
    took_s = wait_until_graded(student, path)
    log_in(staff, "jonas@example.org")
    report = json.loads(staff.get(f"{path}/report.json"))
    verdicts = {result["id"]: result["verdict"] for result in report["results"]}
    assert set(verdicts.values()) == {"passed"}, verdicts
    assert report["mode"] == "container", report["mode"]
    print(f"smoke: {len(verdicts)} tests passed in mode {report['mode']}, {took_s:.1f} s after the upload")


if __name__ == "__main__":
    main(sys.argv[1])
