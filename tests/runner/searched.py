# ruff: noqa: E501 - each program is on one line
"""Programs that do something to the search for their wrong line.

Each defines `f(x)`; the right value is `3 x + 1`, and all of them return another one in the test itself.
"""

from __future__ import annotations

ARMED = """
def deed(x):
    space = {{"__name__": "m"}}
    exec(compile({source!r}, "m.py", "exec"), space)
    return space["f"]({given})


ways = {{True: lambda x: 3 * x + 1, False: lambda x: 2 * x}}


def f(x):
    armed = 0
    if armed:
        return ways[deed(x) is True](x)
    return x - 0.5
"""


def armed(source: str, given: str = "") -> str:
    """A program that does the deed `f(given)` of this source only when the search has changed its line
    `armed = 0`. If the deed returns True, the changed program is right: so a line is named only if the deed
    succeeded in a candidate of the search, and again in the proof."""
    return ARMED.format(source=source, given=given)


IN_SEARCH = """
import sys
serving = sys.modules['grader.candidate.search.serving']
def searching():
    return '<turn>' in globals()
def f(x):
    if searching():
        return deed(x)
    return x - 0.5
"""


def in_search(deed: str) -> str:
    """A program that does this, the body of `deed(x)`, whenever it is called in a search."""
    body = "".join(f"    {line}\n" for line in deed.splitlines())
    return f"{IN_SEARCH}def deed(x):\n{body}"


FORGED = """
import sys
import numpy as np
from grader.wire import encode
serving = sys.modules['grader.candidate.search.serving']
seen = []
def say(name, kind, value):
    def said(self, *request):
        return encode(kind, value())
    setattr(serving.Searching, name, said)
SIGN = {'file': 'm.py', 'function': 'f', 'kind': 'sign', 'cost': 0.0, 'when': 1, 'start': 0, 'end': 1, 'text': 'x'}
def f(x):
    seen[:] = [x]
    return x - 0.5
def right():
    return [3 * seen[0] + 1] if seen else [0.0]
"""


def forged(
    answer: str, values: str = "{'values': right(), 'changes': [1], 'done': True, 'tries': 1, 'work': 1}"
) -> str:
    """A program whose process says this of the change that it says it has tried."""
    return f"{FORGED}say('more', 'tried', lambda: {values})\nsay('describe', 'changes', lambda: {answer})\nsay('again', 'value', lambda: {{'value': right()[0]}})\n"


WHOLE = "def f(x):\\n    return 3 * x + 1\\n"
OWN = "{**SIGN, 'end': len(open('m.py').read().encode()), 'text': '" + WHOLE + "'"

DESCRIBED = {
    "a file that was not submitted": "[{**SIGN, 'file': 'other.py'}]",
    "the pack's test": "[{**SIGN, 'file': 'tests/test_pack.py'}]",
    "the pack's solution": "[{**SIGN, 'file': '../solution/m.py'}]",
    "no file": "[{**SIGN, 'file': None}, {**SIGN, 'file': ['m.py']}, {**SIGN, 'file': {}}]",
    "bytes outside of the file": "[{**SIGN, 'end': 10 ** 9}, {**SIGN, 'start': -5}, {**SIGN, 'start': 5, 'end': 2}]",
    "places that are no numbers": "[{**SIGN, 'start': 0.0}, {**SIGN, 'end': True}, {**SIGN, 'start': '0'}, {**SIGN, 'when': float('inf')}]",
    "numbers of no order": "[{**SIGN, 'cost': float('nan')}, {**SIGN, 'cost': float('-inf')}, {**SIGN, 'cost': 'cheap'}, {**SIGN, 'cost': 10 ** 400}]",
    "no list": "5",
    "a text": "'abc'",
    "a dict": "SIGN",
    "a list of nothing": "[None, 5, 'x', [], {}]",
    "no kind": "[{**SIGN, 'kind': None}, {**SIGN, 'kind': 5}, {**SIGN, 'kind': ''}]",
    "a hundred thousand changes": "[SIGN] * 9000",
    "a text of great size": "[{**SIGN, 'text': 'x' * 100_000}]",
    "a text of another type": "[{**SIGN, 'text': 5}, {**SIGN, 'text': ['x']}]",
}
# each of these is a change of its own file that does make it right, with a word beside it that is not true
PROVEN = {
    "a kind with control characters": "[" + OWN + ", 'kind': 'si\\x1b[2Jgn'}]",
    "a kind that is a page": "[" + OWN + ", 'kind': '<script>alert(1)</script>'}]",
    "a kind of great size": "[" + OWN + ", 'kind': 'k' * 5000}]",
    "the arguments as a kind": "[" + OWN + ", 'kind': str(seen)}]",
    "the arguments as a function": "[" + OWN + ", 'function': str(seen)}]",
    "another function": "[" + OWN + ", 'function': 'somebody.else'}]",
    "a change with what nobody sees": "[" + OWN.replace("\\n'", "\\n#\\u202e\\x1b[2J\\n'") + "}]",
}
TRIED = {
    "no values": "None",
    "values of no list": "{'values': {'a': 1}, 'changes': [1], 'done': True, 'tries': 1, 'work': 1}",
    "changes of no list": "{'values': right(), 'changes': 5, 'done': True, 'tries': 1, 'work': 1}",
    "numbers that were not sent": "{'values': right(), 'changes': [10 ** 15], 'done': True, 'tries': 1, 'work': 1}",
    "numbers that are none": "{'values': right(), 'changes': [True, None, 'x', []], 'done': True, 'tries': 1, 'work': 1}",
    "a negative count": "{'values': right(), 'changes': [1], 'done': True, 'tries': -7, 'work': -7}",
    "a huge count": "{'values': right(), 'changes': [1], 'done': True, 'tries': 10 ** 18, 'work': 10 ** 18}",
    "a count that is none": "{'values': right(), 'changes': [1], 'done': True, 'tries': 'many', 'work': 1}",
    "nothing, for ever": "{'values': [], 'changes': [], 'done': False, 'tries': 1, 'work': 1}",
}
LONG_TRIED = {
    "wrong values, for ever": "{'values': [0.5], 'changes': [1], 'done': False, 'tries': 1, 'work': 1}",
    "large values, for ever": "{'values': [seen and np.zeros(1 << 20)], 'changes': [1], 'done': False, 'tries': 1, 'work': 1}",
}

NOTICING = {
    "be right when its code was changed": "CODE = None\ndef f(x):\n    return x - 0.5 if f.__code__ is CODE else 3 * x + 1\nCODE = f.__code__\n",
    "be right in a search": "import sys\ndef f(x):\n    return 3 * x + 1 if '<turn>' in globals() else x - 0.5\n",
    "be right under a trace": "import sys\ndef f(x):\n    return 3 * x + 1 if sys.gettrace() else x - 0.5\n",
    "be right at every second call": "calls = []\ndef f(x):\n    calls.append(1)\n    return 3 * x + 1 if len(calls) % 2 == 0 else x - 0.5\n",
    "be another function each time": "calls = []\ndef g(x):\n    return 3 * x + 1\ndef f(x):\n    globals()['f'] = g\n    return x - 0.5\n",
    "trace the search": in_search("def trace(frame, event, arg):\n    if 'value' in frame.f_locals: frame.f_locals['value'] = 3 * x + 1\n    return trace\nsys.settrace(trace); sys.setprofile(trace)\nreturn x - 0.5"),
    "find the search in memory": in_search("import gc\nfor o in gc.get_objects():\n    if type(o).__name__ == 'Search':\n        o.wrong = frozenset(); o.known_right = None; o.tries = -10 ** 9; o.units = ()\nreturn x - 0.5"),
    "find the search in the frames": in_search("frame = sys._getframe()\nwhile frame:\n    for o in list(frame.f_locals.values()):\n        if hasattr(o, 'tries'): o.tries = -10 ** 9; o.before = {}\n    frame = frame.f_back\nreturn x - 0.5"),
    "replace the search's functions": in_search("for n, m in list(sys.modules.items()):\n    if n.startswith('grader.candidate.search'):\n        for k in list(vars(m)):\n            if callable(getattr(m, k)): setattr(m, k, lambda *a, **k: 3 * x + 1)\nreturn x - 0.5"),
    "replace the compiler": in_search("import ast, builtins\nfirst = builtins.compile\nbuiltins.compile = lambda *a, **k: first('3 * x + 1', 'm.py', 'eval')\nast.parse = ast.unparse = ast.dump = lambda *a, **k: None\nreturn x - 0.5"),
    "empty the modules": in_search("sys.modules.clear()\nreturn x - 0.5"),
    "replace numpy": in_search("import numpy as np\nfor n in ('isfinite', 'asarray', 'errstate', 'abs', 'shape'): setattr(np, n, lambda *a, **k: True)\nreturn x - 0.5"),
    "end its process": in_search("import os\nos._exit(0)"),
    "leave": in_search("sys.exit(0)"),
    "close the connection": in_search("import os\nos.close(3)\nreturn x - 0.5"),
    "leave threads": in_search("import threading, time\ndef stay():\n    while True: time.sleep(0.01)\nfor _ in range(20):\n    threading.Thread(target=stay, daemon=False).start()\nreturn x - 0.5"),
    "answer at the end": in_search("import atexit, os\natexit.register(lambda: os.write(3, b'GCW1'))\nreturn x - 0.5"),
    "answer in a thread": in_search("import threading, os\ndef say():\n    for _ in range(100):\n        try: os.write(3, b'GCW1' + bytes(60))\n        except OSError: return\nthreading.Thread(target=say).start()\nreturn x - 0.5"),
    "print what it is given": in_search("print(x.tolist() * 1000)\nsys.stderr.write(str(x.tolist()))\nreturn x - 0.5"),
    "write what it is given to the output": in_search("import os\nos.write(1, str(x.tolist()).encode() * 1000)\nreturn x - 0.5"),
    "return other values each time": in_search("deed.calls = getattr(deed, 'calls', 0) + 1\nreturn x - deed.calls"),
    "call itself without end": in_search("return f(x)"),
    "raise what can't be shown": in_search("class E(BaseException):\n    def __str__(self): raise SystemExit\n    __repr__ = __str__\nraise E"),
}  # fmt: skip
LONG_NOTICING = {
    "never end": in_search("import itertools\nfor _ in itertools.count(): pass"),
    "never end in C": in_search("return sum(1 for _ in iter(int, 1))"),
    "sleep": in_search("import time\ntime.sleep(100)"),
    "return huge values": in_search("import numpy as np\nreturn np.zeros(7_000_000)"),
    "use all memory": in_search("kept = [bytearray(1 << 24) for _ in range(999)]\nreturn x - 0.5"),
    "swallow the end of a loop": "def f(x):\n    n = 0\n    while n < 3:\n        try:\n            n += 1\n        except BaseException:\n            pass\n    return x - n\n",
}  # fmt: skip
