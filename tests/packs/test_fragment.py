"""The HTML of a handout is checked before a page shows it, as if a stranger had written it."""

import pytest

from grader.packs.folder import SHIPPED, load
from grader.packs.fragment import fragment_fault
from grader.packs.readings import checked, unread
from grader.packs.rendering import PHASES, rendered, tidied
from grader.values.readings import PackReading
from tests.helpers.packs import make_pack

EVERYTHING = """# One `a<b` & more

Text *a* **b** [l](https://x.org "t&quot;") [m](#handout-one) <b>raw</b>  \nnext line

3. three
4. four

- item

> quote

---

```python
if a < b: pass
```

| | b |
|:-|-:|
| $x$ | "2" |

$$\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix} \\sqrt[3]{\\frac{a}{b}} \\text{"if" } \\overline{x}$$
"""


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in SHIPPED.glob("*/pack.toml")))
def test_the_handouts_that_ship_are_allowed(folder):
    assert fragment_fault(tidied(load(SHIPPED / folder))) == ""


def test_everything_that_markdown_and_tex_may_become_is_allowed():
    assert fragment_fault(tidied(make_pack({"handout.md": EVERYTHING.encode()}))) == ""


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<p onclick=\"x()\">a</p>",
        "<p id=\"handout-a\">a</p>",
        "<h2 id=\"main\">a</h2>",
        "<img src=\"/logout\">",
        "<form action=\"/x\"></form>",
        "<a href=\"javascript:x()\">a</a>",
        "<a href=\" &#106;avascript:x()\">a</a>",
        "<a style=\"position:fixed\" href=\"https://x.org\">a</a>",
        "<td style=\"position:fixed\">a</td>",
        "<p class=\"vh\">a</p>",
        "<math><script>a</script></math>",
        "<math href=\"javascript:x()\"></math>",
        "<math><maction></maction></math>",
        "<svg></svg>",
        "<!-- -->",
        "<p",
        "<p>a",
        "</p>",
        "</div>",
        "<p><em>a</p></em>",
        "<p/>",
        "<P>a</P>",
        "< p>a</p>",
        "<p title=\"a\"title=\"b\">a</p>",
        "<ol start=\"1 onclick=x\"></ol>",
    ],
)  # fmt: skip
def test_anything_else_is_refused(text):
    assert fragment_fault(f"<p>before</p>{text}")


def test_a_reading_with_other_markup_is_a_fault_of_the_handout():
    good = rendered(make_pack())
    page = type(good.page)(**{**vars(good.page), "handout": "<script></script>"})
    bad = type(good)(page, good.archive, good.bundle)

    assert checked(PackReading((), good)).pack == good
    assert checked(PackReading((), bad)).pack is None
    assert checked(PackReading((), bad)).faults[0].file == "handout.md"


def test_a_reading_whose_manifest_is_none_is_a_fault():
    good = rendered(make_pack())
    page = type(good.page)(**{**vars(good.page), "manifest": '{"format": 1}'})

    assert checked(PackReading((), type(good)(page, good.archive, good.bundle))).faults[0].file == "pack.toml"


def test_a_reading_with_neither_pack_nor_fault_is_a_fault():
    assert checked(PackReading(())).faults


@pytest.mark.parametrize(
    ("phase", "file"), [(PHASES[0], "pack"), ("handout.md", "handout.md"), ("<b>", "pack"), ("", "pack")]
)
def test_a_pack_that_reached_a_limit_is_told_where(phase, file):
    (fault,) = unread(phase).faults

    assert fault.file == file
    assert "<b>" not in str(fault)
    assert "10 s" in fault.rule
