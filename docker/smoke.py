"""`smoke.py URL`: log in to a running demo, hand in a solution, see it graded in mode `container`."""

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
    """A browser's cookies and forms, as far as this needs them."""

    def __init__(self, url: str) -> None:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)
        self._url = url

    def get(self, path: str) -> str:
        """The page's text."""
        with self._opener.open(self._url + path, timeout=10) as answer:
            return str(answer.read().decode())

    def post(self, path: str, data: bytes, kind: str) -> str:
        """Send a form and return the address of the page that it leads to."""
        request = urllib.request.Request(self._url + path, data, {"Content-Type": kind})
        with self._opener.open(request, timeout=30) as answer:
            return urllib.parse.urlsplit(answer.url).path

    def token(self, path: str) -> str:
        """The form token of a page."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(path))
        assert found, f"no form on {path}"
        return found[1]


def wait_until_up(visitor: Visitor, patience_s: float = 90.0) -> None:
    """Return once /health answers."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            visitor.get("/health")
            return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def log_in(visitor: Visitor, email: str) -> None:
    """Log in with the demo's password."""
    form = {"csrf": visitor.token("/login"), "email": email, "password": "demo-password"}
    landed = visitor.post(
        "/login", urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded"
    )
    assert landed != "/login", f"{email} could not log in"


def hand_in(visitor: Visitor, file: Path) -> str:
    """Upload the file as a browser does and return the submission's path."""
    fields = {"csrf": visitor.token(ASSIGNMENT), "do": "hand-in"}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}'
        for key, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n'
    parts.append(f"{head}Content-Type: text/x-python\r\n\r\n{file.read_text()}")
    body = "\r\n".join([*parts, f"--{BOUNDARY}--\r\n"]).encode()
    landed = visitor.post(f"{ASSIGNMENT}/hand-in", body, f"multipart/form-data; boundary={BOUNDARY}")
    assert landed.startswith("/s/"), f"the upload led to {landed}"
    return landed


def graded(visitor: Visitor, path: str, patience_s: float = 60.0) -> float:
    """Seconds until the submission is graded."""
    began = time.monotonic()
    while json.loads(visitor.get(f"{path}/live"))["state"] not in ("done", "stopped"):
        assert time.monotonic() - began < patience_s, "not graded in time"
        time.sleep(0.1)
    return time.monotonic() - began


def main(url: str) -> None:
    """The whole story; an AssertionError says where it departs."""
    student, staff = Visitor(url), Visitor(url)
    wait_until_up(student)
    log_in(student, "mira@example.org")
    path = hand_in(student, SOLUTION)
    took_s = graded(student, path)
    log_in(staff, "jonas@example.org")
    report = json.loads(staff.get(f"{path}/report.json"))
    verdicts = {result["id"]: result["verdict"] for result in report["results"]}
    assert set(verdicts.values()) == {"passed"}, verdicts
    assert report["mode"] == "container", report["mode"]
    print(f"smoke: {len(verdicts)} tests passed in mode {report['mode']}, {took_s:.1f} s after the upload")


if __name__ == "__main__":
    main(sys.argv[1])
