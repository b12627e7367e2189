# ruff: noqa: E501 - each attack is a small program on one line
"""Return values that try to mislead the code that compares, converts, stores or shows them."""

from __future__ import annotations

HOSTILE = """
import numpy as np
def yes(*a, **k): return True
NAMES = '''__eq__ __ne__ __lt__ __le__ __gt__ __ge__ __bool__ __sub__ __rsub__ __abs__ __len__ __iter__ __getitem__
__array__ __array_function__ __array_ufunc__ __reduce__ __reduce_ex__ __str__ __repr__ __format__ __hash__ __float__
__int__ __index__ __getstate__ __array_interface__ __contains__ __instancecheck__'''.split()
def evil(*bases, keep=()):
    space = {n: yes for n in NAMES if n not in keep}
    return type('Evil', bases, space)
def plain(*bases):
    return type('Evil', bases, {n: yes for n in '__eq__ __ne__ __lt__ __le__ __gt__ __ge__ __sub__ __rsub__ __array_ufunc__'.split()})
"""


def _returns(expression: str, before: str = "") -> str:
    return f"{HOSTILE}{before}\ndef f(x):\n    return {expression}\n"


VALUES = {
    "an object equal to all": _returns("evil()()"),
    "a float equal to all": _returns("plain(float)(1.0)"),
    "an array equal to all": _returns("np.ones(5).view(plain(np.ndarray))"),
    "an array that converts to another": _returns("np.ones(5).view(evil(np.ndarray))"),
    "a list equal to all": _returns("plain(list)([1.0] * 5)"),
    "a list with another length": _returns("type('L', (list,), {'__len__': lambda s: 5, '__iter__': lambda s: iter([1.0] * 5)})()"),
    "a dict that answers all": _returns("type('D', (dict,), {'__getitem__': yes, 'items': lambda s: [('a', 1)] * 9})()"),
    "an endless list": _returns("type('L', (list,), {'__iter__': lambda s: __import__('itertools').count()})([1.0])"),
    "an int of great size": _returns("10 ** 400"),
    "a text that is equal": _returns("plain(str)('3x+1')"),
    "a text of great size": _returns("'x' * 40_000_000"),
    "a text of surrogates": _returns("chr(0xd800) * 100"),
    "a text with control characters": _returns("'\\x1b[2J\\x00\\u202e<script>alert(1)</script>{{7*7}}=1+1'"),
    "a bool": _returns("True"),
    "None": _returns("None"),
    "not implemented": _returns("NotImplemented"),
    "dots": _returns("..."),
    "the function": _returns("f"),
    "a module": _returns("np"),
    "a class": _returns("np.ndarray"),
    "a generator": _returns("(i for i in range(5))"),
    "an endless iterator": _returns("__import__('itertools').count()"),
    "an exception": _returns("AssertionError('passed')"),
    "a complex number": _returns("1j"),
    "bytes": _returns("b'passed'"),
    "a set": _returns("{1.0}"),
    "a memory view": _returns("memoryview(np.ones(5))"),
    "an empty array": _returns("np.empty((0, 5))"),
    "an empty list": _returns("[]"),
    "an array of NaN": _returns("np.full(5, np.nan)"),
    "an array of infinities": _returns("np.full(5, np.inf)"),
    "a masked array": _returns("np.ma.masked_all(5)"),
    "an array masked in part": _returns("np.ma.array(np.ones(5), mask=True)"),
    "a matrix": _returns("np.matrix(np.ones(5))"),
    "a record array": _returns("np.zeros(5, dtype='f8,f8').view(np.recarray)"),
    "an array of objects": _returns("np.array([evil()()] * 5, dtype=object)"),
    "an array of texts": _returns("np.array(['passed'] * 5)"),
    "an array of dates": _returns("np.zeros(5, 'M8[s]')"),
    "an array of complex numbers": _returns("np.ones(5, complex)"),
    "an array of bools": _returns("np.ones(5, bool)"),
    "an array of long doubles": _returns("np.ones(5, np.longdouble)"),
    "a big-endian array": _returns("np.ones(5, '>f8')"),
    "an array without axes": _returns("np.array(1.0)"),
    "an array of many axes": _returns("np.ones((1,) * 40)"),
    "a broadcast giant": _returns("np.broadcast_to(1.0, (1 << 20, 1 << 14))"),
    "a giant of no bytes": _returns("np.lib.stride_tricks.as_strided(np.ones(1), (1 << 40,), (0,))"),
    "strides out of memory": _returns("np.lib.stride_tricks.as_strided(np.ones(1), (64,), (1 << 40,))"),
    "a negative stride": _returns("np.ones(5)[::-1]"),
    "too many bytes": _returns("np.zeros(9_000_000)"),
    "too many numbers": _returns("[1.0] * 3_000_000"),
    "too many arrays": _returns("[np.ones(1)] * 9000"),
    "a deep list": _returns("deep", "deep = 1.0\nfor _ in range(5000): deep = [deep]"),
    "a list in itself": _returns("l", "l = [1.0]; l.append(l)"),
    "a dict in itself": _returns("d", "d = {}; d['d'] = d"),
    "an array of itself": _returns("a", "a = np.empty(1, object); a[0] = a"),
    "a dict of doubled references": _returns("t", "t = [1.0]\nfor _ in range(14): t = [t, t, t, t]"),
    "a dict with odd keys": _returns("{evil()(): 1.0, 2.5: 1, None: 2, (1,): 3}"),
    "a dict of one key twice": _returns("{plain(str)('a'): 1, 'a': 2}"),
    "a hostile text key": _returns("{type('S', (str,), {'__str__': lambda s: 1 / 0})('a'): 1}"),
    "an object that can't be shown": _returns("type('B', (), {'__repr__': lambda s: 1 / 0, '__str__': lambda s: 1 / 0})()"),
    "an object with a hostile class": _returns("type('M', (type,), {'__repr__': lambda s: 1 / 0, '__getattribute__': lambda s, n: 1 / 0})('B', (), {})()"),
    "an object with a long name": _returns("type('N' * 100_000, (), {})()"),
    "an object with a name in markup": _returns("type('<b>passed</b>\\n\\n', (), {})()"),
    "an array that lies about its type": _returns("type('A', (np.ndarray,), {'dtype': property(lambda s: np.dtype('f8')), 'shape': property(lambda s: (5,))})((3,))"),
    "an array read late": _returns("late()", "import threading\ndef late():\n    a = np.zeros(5)\n    threading.Thread(target=lambda: [a.fill(i) for i in range(100000)], daemon=True).start()\n    return a"),
    "a scalar of long double": _returns("np.longdouble(1)"),
    "a scalar of text": _returns("np.str_('passed')"),
    "a scalar record": _returns("np.zeros(1, 'f8,f8')[0]"),
    "a named tuple": _returns("__import__('collections').namedtuple('R', 'passed score')(True, 1.0)"),
    "a data class": _returns("__import__('dataclasses').make_dataclass('R', ['passed'])(True)"),
    "an enum": _returns("__import__('enum').IntEnum('E', 'PASSED').PASSED"),
    "raise a hostile error": f"{HOSTILE}class E(Exception):\n    def __str__(s): raise SystemExit\n    __repr__ = __str__\ndef f(x): raise E\n",
    "raise an error of great size": "def f(x): raise ValueError('x' * 10_000_000)\n",
    "raise a group of errors": "def f(x): raise ExceptionGroup('g', [ValueError(i) for i in range(999)])\n",
    "raise a chain of errors": "def f(x, n=300):\n    try:\n        if n: f(x, n - 1)\n        1 / 0\n    except ZeroDivisionError as e:\n        raise ValueError('again') from e\n",
    "raise an error of our kind": "class Mismatch(AssertionError):\n    message = 'passed'; numbers = ()\ndef f(x): raise Mismatch('passed')\n",
    "raise an error with a hostile trace": "class E(Exception):\n    __traceback__ = 5\n    __class__ = int\ndef f(x): raise E\n",
    "raise a syntax error with odd fields": "def f(x):\n    e = SyntaxError(b'x'); e.msg = object(); e.lineno = 'many'; e.text = 5; e.offset = []\n    raise e\n",
    "raise a memory error": "def f(x): raise MemoryError\n",
    "raise a recursion error": "def f(x): return f(x)\n",
    "raise with a file of our name": "def f(x): exec(compile('1/0', '/etc/passwd', 'exec'))\n",
    "raise with a lying line": "def f(x): exec(compile('\\n' * 10**5 + '1/0', 'm.py', 'exec'))\n",
}  # fmt: skip
