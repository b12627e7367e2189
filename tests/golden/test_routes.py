"""The site answers at the addresses, and each kind of visitor with the status, that routes.json says.

tests/web/test_access.py asks the site, by a view's name; here its table is laid beside the addresses, so
that a view may be renamed and an address may not. GRADECHECK_GOLDEN=write writes the file anew.
"""

import json
import os
from pathlib import Path

from tests.web.test_access import ROWS, VISITORS

GOLDEN = Path(__file__).parent / "routes.json"


def test_each_address_answers_each_visitor_as_before(app):
    rules = {rule.endpoint: str(rule) for rule in app.url_map.iter_rules()}
    people = [name or "nobody" for name in VISITORS]
    found = {
        f"{method} {rules[endpoint]}": dict(zip(people, statuses, strict=True))
        for (method, endpoint), statuses in ROWS.items()
    }
    if os.environ.get("GRADECHECK_GOLDEN") == "write":
        lines = (f" {json.dumps(address)}: {json.dumps(found[address])}" for address in sorted(found))
        GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")

    assert found == json.loads(GOLDEN.read_text("utf-8"))
