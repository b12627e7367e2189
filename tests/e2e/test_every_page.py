"""Every page, in both widths and both appearances, with every fold open: axe, the layout, the keyboard.

Each width has one appearance; with GRADECHECK_LOOKS=all it has both.
"""

import json
import os
from importlib.resources import files
from pathlib import Path

import pytest

from grader.database import open_engine
from grader.local import demo
from tests.e2e import furnish
from tests.e2e.addresses import COURSE, NO_PAGES, PAGES
from tests.e2e.conftest import ELENA
from tests.web.world import FakeBackends, make_site

HERE = Path(__file__).parent
LOOK, KEYS = (HERE / "look.js").read_text(), (HERE / "keys.js").read_text()
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
RULES = json.dumps(
    {
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        "rules": {"target-size": {"enabled": True}},
        "resultTypes": ["violations"],
    }
)
FOUND = f"""() => axe.run({RULES}).then(({{ violations }}) => violations.flatMap(({{ id, nodes }}) =>
    nodes.map((node) => `${{id}}: ${{node.html.slice(0, 200)}} ${{node.failureSummary}}`)))"""
ROSTER = f"email;name;section\nzoe@example.org;Zoë Ångström;A\n{furnish.LONG_EMAIL};{furnish.LONG};B\n"
LOOKS = [("light", 1280), ("dark", 320)]
if os.environ.get("GRADECHECK_LOOKS") == "all":  # takes twice as long
    LOOKS += [("light", 320), ("dark", 1280)]


class Windows:
    """One browser window for each person, and what stands in addresses."""

    def __init__(self, chromium, up):
        self.chromium, self.url = chromium, up.url
        self.pages = {}
        self.made = furnish.furnish(up)
        self.made["roster"] = self._uploaded(f"{COURSE}/roster", ROSTER)
        self.made["marks"] = self._uploaded(
            f"{COURSE}/gradebook/import", "email,Midterm\nmira@example.org,33\n"
        )

    def of(self, who):
        """The person's page; at first it is opened, and the person logs in."""
        if who not in self.pages:
            context = self.chromium.new_context(reduced_motion="reduce")
            context.set_default_timeout(15_000)
            page = self.pages[who] = context.new_page()
            if who is not None:
                page.goto(self.url)
                page.get_by_label("E-mail").fill(who.email)
                page.get_by_label("Password").fill(demo.PASSWORD)
                page.get_by_role("button", name="Log in").click()
        return self.pages[who]

    def _uploaded(self, path, text):
        """The address of the preview of a CSV file that an instructor uploads here."""
        page = self.of(ELENA)
        page.goto(self.url + path)
        file = {"name": "list.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.get_by_label("CSV file").set_input_files(file)
        page.get_by_role("button", name="Read it and show the changes").click()
        return page.url.removeprefix(self.url)

    def close(self):
        for page in self.pages.values():
            page.context.close()


@pytest.fixture(scope="module")
def windows(chromium, complete_demo):
    windows = Windows(chromium, complete_demo)
    yield windows
    windows.close()


def endpoints():
    app = make_site(open_engine("sqlite://"), FakeBackends())
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}


def test_every_route_that_answers_with_a_page_has_an_example_here():
    assert set(PAGES) - {""} | set(NO_PAGES) == endpoints()
    assert set(PAGES).isdisjoint(NO_PAGES)


@pytest.mark.parametrize("endpoint", PAGES)
def test_a_page_is_accessible_fits_and_is_used_by_keyboard(windows, endpoint):
    faults = [fault for stop in PAGES[endpoint] for fault in faults_of(windows, stop)]

    assert faults == []


def faults_of(windows, stop):
    page, path = windows.of(stop.who), stop.path.format(**windows.made)
    page.set_viewport_size({"width": 1280, "height": 900})
    answer = page.goto(windows.url + path)
    assert answer.status == stop.status, path
    assert page.locator(stop.shows).count() > 0, f"{path} does not show {stop.shows}"
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    page.keyboard.press("Tab")
    yield from (f"{path}: {fault}" for fault in page.evaluate(KEYS))
    page.evaluate(f"() => {{ {AXE} }}")
    for appearance, width in LOOKS:
        page.emulate_media(color_scheme=appearance)
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(LOOK) + page.evaluate(FOUND)
        yield from (f"{path}, {appearance}, {width} px: {fault}" for fault in found)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ("main.style.width = '400px'", "in a window of 320"),
        ("h1.style.cssText = 'width: 40px; overflow: hidden; overflow-wrap: normal'", "px and has 40"),
        ("main.querySelector('.btn').style.cssText = 'color: #999; background: #aaa'", "color-contrast"),
        ("main.querySelector('.btn').style.outline = 'none'", "no ring around"),
        ("main.querySelector('.btn').tabIndex = -1", "Tab leaves out"),
        ("main.append(document.createElementNS('http://www.w3.org/2000/svg', 'svg'))", "neither a name"),
    ],
)
def test_the_checks_find_what_is_wrong(windows, changed, says):
    page = windows.of(None)
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(windows.url + "/login")
    page.evaluate(
        f"() => {{ const main = document.querySelector('main'), h1 = main.querySelector('h1'); {changed}; }}"
    )
    page.keyboard.press("Tab")
    page.evaluate(f"() => {{ {AXE} }}")

    found = page.evaluate(KEYS) + page.evaluate(LOOK) + page.evaluate(FOUND)

    assert any(says in fault for fault in found), found


def test_the_first_key_leads_past_the_navigation(windows):
    page = windows.of(ELENA)
    page.goto(windows.url + COURSE)

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"
