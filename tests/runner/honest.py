# ruff: noqa: E501 - each program is on one line
"""Small programs as students write them. Each defines what `test_net` calls and is correct, in its own
style: a net with one hidden layer, its loss and its gradients."""

from __future__ import annotations

PLAIN = """
import numpy as np

def forward(params, x):
    z1 = x @ params["W1"].T + params["b1"]
    h = 1 / (1 + np.exp(-z1))
    y = h @ params["W2"].T + params["b2"]
    return {"z1": z1, "h": h, "y": y}

def loss(params, x, t):
    y = forward(params, x)["y"]
    return float(0.5 * np.sum((y - t) ** 2))

def backward(params, x, t):
    c = forward(params, x)
    dy = c["y"] - t
    dh = dy @ params["W2"]
    dz = dh * c["h"] * (1 - c["h"])
    return {"W1": dz.T @ x, "b1": dz.sum(0), "W2": dy.T @ c["h"], "b2": dy.sum(0)}
"""


def before(text: str) -> bytes:
    return (text + PLAIN).encode()


def after(text: str) -> bytes:
    return (PLAIN + text).encode()


def changed(*pairs: tuple[str, str]) -> bytes:
    text = PLAIN
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


CLASSES = """
import numpy as np
class Layer:
    def __init__(self, W, b): self.W, self.b = W, b
    def __call__(self, x):
        self.x = x
        return x @ self.W.T + self.b
    def back(self, d):
        self.dW, self.db = d.T @ self.x, d.sum(axis=0)
        return d @ self.W
class Sigmoid:
    def __call__(self, z):
        self.h = 1 / (1 + np.exp(-z)); return self.h
    def back(self, d): return d * self.h * (1 - self.h)
class Net:
    def __init__(self, p):
        self.l1, self.s, self.l2 = Layer(p['W1'], p['b1']), Sigmoid(), Layer(p['W2'], p['b2'])
    def run(self, x):
        z = self.l1(x); h = self.s(z)
        return dict(z1=z, h=h, y=self.l2(h))
    def back(self, d):
        self.l1.back(self.s.back(self.l2.back(d)))
        return {'W1': self.l1.dW, 'b1': self.l1.db, 'W2': self.l2.dW, 'b2': self.l2.db}
def forward(params, x): return Net(params).run(x)
def loss(params, x, t): return 0.5 * ((forward(params, x)['y'] - t) ** 2).sum()
def backward(params, x, t):
    n = Net(params); return n.back(n.run(x)['y'] - t)
"""

LOOPS = """
import math
import numpy
def forward(params, x):
    W1, b1, W2, b2 = params['W1'], params['b1'], params['W2'], params['b2']
    n = len(x)
    z1 = numpy.zeros((n, len(b1))); h = numpy.zeros((n, len(b1))); y = numpy.zeros((n, len(b2)))
    for s in range(n):
        for i in range(len(b1)):
            total = b1[i]
            for j in range(len(x[s])):
                total = total + W1[i][j] * x[s][j]
            z1[s][i] = total
            h[s][i] = 1.0 / (1.0 + math.exp(-total))
        for i in range(len(b2)):
            y[s][i] = b2[i] + sum(W2[i][j] * h[s][j] for j in range(len(b1)))
    return {'z1': z1, 'h': h, 'y': y}
def loss(params, x, t):
    y = forward(params, x)['y']
    L = 0
    for s in range(len(x)):
        for i in range(len(t[s])):
            L += 0.5 * (y[s][i] - t[s][i]) ** 2
    return L
def backward(params, x, t):
    cache = forward(params, x)
    g = {k: numpy.zeros_like(v) for k, v in params.items()}
    for s in range(len(x)):
        dy = cache['y'][s] - t[s]
        for i in range(len(dy)):
            g['b2'][i] += dy[i]
            for j in range(len(cache['h'][s])): g['W2'][i][j] += dy[i] * cache['h'][s][j]
        for j in range(len(cache['h'][s])):
            hj = cache['h'][s][j]
            dz = sum(dy[i] * params['W2'][i][j] for i in range(len(dy))) * hj * (1 - hj)
            g['b1'][j] += dz
            for k in range(len(x[s])): g['W1'][j][k] += dz * x[s][k]
    return g
"""

HONEST: dict[str, bytes] = {
    "plain": PLAIN.encode(),
    "classes": CLASSES.encode(),
    "loops": LOOPS.encode(),
    "Windows line ends": PLAIN.replace("\n", "\r\n").encode(),
    "old Mac line ends": PLAIN.replace("\n", "\r").encode(),
    "a byte-order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "tabs": PLAIN.replace("    ", "\t").encode(),
    "no last line end": PLAIN.rstrip().encode(),
    "form feeds and blanks": PLAIN.replace("\ndef", "\n\f\n   \n\t\ndef").encode(),
    "umlauts": before("# Größe der Netzwerkschicht: λ, σ'(z) und ∂E/∂W 🎓\nα = 0.1\nname = 'Jörg Müßig'\n"),
    "a coding line": before("# -*- coding: utf-8 -*-\n'''Übung 1'''\n"),
    "a future import": before("'''Backprop'''\nfrom __future__ import annotations\n"),
    "a star import": before("from numpy import *\nfrom math import *\n"),
    "prints": changed(("z1 =", "print('forward', x.shape, file=__import__('sys').stdout); z1 =")),
    "prints to stderr": before("import sys\nprint('loading...', file=sys.stderr)\nsys.stderr.write('ok\\n'); sys.stdout.flush()\n"),
    "prints of Unicode": before("print('σ′(z) ✓', '\\ud800'.encode('utf-8', 'replace'))\n"),
    "a main part": after("\nif __name__ == '__main__':\n    import matplotlib.pyplot as plt\n    plt.show(); input('?')\n"),
    "training at import": after("\nrng = np.random.default_rng(0)\np = {'W1': rng.normal(size=(3, 2)), 'b1': np.zeros(3), 'W2': rng.normal(size=(1, 3)), 'b2': np.zeros(1)}\nX, T = rng.normal(size=(8, 2)), rng.normal(size=(8, 1))\nfor epoch in range(50):\n    g = backward(p, X, T)\n    for k in p: p[k] -= 0.01 * g[k]\n    if epoch % 10 == 0: print(epoch, loss(p, X, T))\n"),
    "global state": changed(("def loss", "CACHE = {}\ndef loss"), ("    c = forward", "    global CACHE\n    CACHE['last'] = x\n    c = forward")),
    "type hints": before("from typing import Any, Callable, Dict, List, Optional, Tuple, TypeVar, Union\nfrom numpy.typing import NDArray\nA = NDArray[Any]\nlearning_rate: float = 0.1\n"),
    "data classes": before("from dataclasses import dataclass, field\nfrom enum import Enum\n@dataclass(frozen=True, slots=True)\nclass Config:\n    rate: float = 0.1\n    sizes: tuple = (4, 5, 3)\nclass Kind(Enum):\n    A = 1\nCFG = Config()\n"),
    "warnings": changed(("    dy = c", "    import warnings; warnings.warn('slow'); np.log(np.array([0.0])); np.exp(1000.0)\n    dy = c")),
    "numpy errors on": before("import numpy as np\nnp.seterr(all='raise'); np.set_printoptions(precision=3, suppress=True)\n"),
    "np.random of old": before("import numpy as np, random\nnp.random.seed(42); random.seed(1)\nW = np.random.randn(3, 2) * np.sqrt(2 / 3); np.random.shuffle(W)\n"),
    "new random": before("import numpy as np\nr = np.random.default_rng(1); r.permutation(5), r.choice(5, 2), r.standard_normal((2, 2)), r.integers(9)\n"),
    "fft": before("import numpy as np\nassert abs(np.fft.ifft(np.fft.fft(np.arange(8.0))).real - np.arange(8)).max() < 1e-9\n"),
    "linalg": before("import numpy as np\na = np.random.default_rng(0).normal(size=(6, 6))\nnp.linalg.svd(a), np.linalg.eig(a), np.linalg.inv(a), np.linalg.det(a), np.linalg.qr(a), np.linalg.lstsq(a, a[0], rcond=None), np.linalg.norm(a), np.linalg.cholesky(a @ a.T + np.eye(6))\n"),
    "einsum": changed(('x @ params["W1"].T', 'np.einsum("ni,ji->nj", x, params["W1"], optimize=True)'), ("dz.T @ x", 'np.einsum("nj,ni->ji", dz, x)')),
    "matrix products": changed(('h @ params["W2"].T', 'np.tensordot(h, params["W2"], axes=([1], [1]))')),
    "vectorize": changed(("1 / (1 + np.exp(-z1))", "np.vectorize(lambda v: 1 / (1 + np.exp(-v)))(z1)")),
    "apply along an axis": changed(("dz.sum(0)", "np.apply_along_axis(np.sum, 0, dz)")),
    "lambdas and maps": changed(("1 / (1 + np.exp(-z1))", "(lambda s: np.array(list(map(lambda r: list(map(s, r)), z1))))(lambda v: 1 / (1 + np.exp(-v)))")),
    "recursion": before("import sys\nsys.setrecursionlimit(5000)\ndef depth(n): return 0 if n == 0 else 1 + depth(n - 1)\nassert depth(2000) == 2000\n"),
    "threads": changed(('    return {"W1": dz.T', '    import threading, queue\n    q = queue.Queue()\n    ts = [threading.Thread(target=q.put, args=(i,)) for i in range(4)]\n    [t_.start() for t_ in ts]; [t_.join() for t_ in ts]\n    assert sorted(q.get() for _ in ts) == [0, 1, 2, 3]\n    return {"W1": dz.T')),
    "a thread pool": before("from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(3) as pool:\n    assert list(pool.map(abs, [-1, 2])) == [1, 2]\n"),
    "late imports": changed(("    dy = c", "    import json, re, collections, itertools, functools, math, statistics, textwrap, string, copy, decimal, fractions, heapq, bisect, operator, datetime, hashlib, base64, io, csv, pprint, time, uuid, pickle, struct, zlib, unittest, logging, argparse, inspect\n    dy = c")),
    "logging": before("import logging\nlogging.basicConfig(level=logging.DEBUG); logging.getLogger(__name__).debug('here')\n"),
    "unit tests of its own": after("\nimport unittest\nclass T(unittest.TestCase):\n    def test(self): self.assertTrue(True)\n"),
    "asserts": changed(("    dy = c", "    assert x.ndim == 2 and x.shape[0] == t.shape[0], 'shapes'\n    dy = c")),
    "time measured": changed(("    dy = c", "    import time; t0 = time.perf_counter(); time.sleep(0.01); print(f'{time.perf_counter() - t0:.3f} s')\n    dy = c")),
    "slow": changed(("    dy = c", "    sum(i * i for i in range(300_000))\n    dy = c")),
    "large arrays": changed(("    dy = c", "    big = np.zeros((1500, 1500)); big += 1; del big\n    dy = c")),
    "works on copies": changed(("    c = forward", "    import copy; params = copy.deepcopy(params); x = x.copy(); x += 0\n    c = forward")),
    "writes into its arguments": changed(("    return {\"W1\": dz.T @ x", "    x *= 1; t -= 0; params['extra'] = 1\n    return {\"W1\": dz.T @ x")),
    "Fortran order": changed(("dz.T @ x", "np.asfortranarray(dz.T @ x)"), ("dy.T @ c[\"h\"]", "(c[\"h\"].T @ dy).T")),
    "strided results": changed(("dz.sum(0)", "np.repeat(dz.sum(0), 2)[::2]")),
    "a cache decorator": before("from functools import lru_cache, partial, reduce, wraps\n@lru_cache(maxsize=None)\ndef fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(80)\ndef traced(f):\n    @wraps(f)\n    def g(*a, **k): return f(*a, **k)\n    return g\n"),
    "generators and comprehension": before("squares = {i: i ** 2 for i in range(9)}; total = sum(v for v in squares.values() if v % 2)\n(first, *rest), _ = ([1, 2, 3], 4)\nif (n := len(rest)) > 1: pass\n"),
    "pattern matching": before("def act(name):\n    match name:\n        case 'tanh' | 'relu': return 1\n        case _: return 0\nassert act('tanh')\n"),
    "context managers": before("import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as s: print('quiet')\nassert s.getvalue() == 'quiet\\n'\nimport numpy as np\nwith np.errstate(divide='ignore'): np.log(np.zeros(1))\n"),
    "tries and excepts": before("try:\n    import torch\nexcept ImportError:\n    torch = None\ntry:\n    from scipy.special import expit\nexcept ImportError:\n    expit = None\n"),
    "no cover for missing files": before("try:\n    data = open('data.csv').read()\nexcept OSError:\n    data = ''\n"),
    "a long file": before("\n".join(f"def helper_{i}(x):\n    '''Help {i}.'''\n    return x + {i}\n" for i in range(1500))),
    "a long line": before("table = [" + ", ".join(str(i) for i in range(20_000)) + "]\n"),
    "an abstract class": before("from abc import ABC, abstractmethod\nclass Base(ABC):\n    @abstractmethod\n    def f(self): ...\nclass Sub(Base):\n    def f(self): return super().__init__()\nSub().f()\n"),
    "polynomials": before("import numpy as np\nfrom numpy.polynomial import Polynomial\nassert round(Polynomial([1, 2])(2.0)) == 5; np.polyfit([0.0, 1, 2], [1.0, 2, 3], 1)\n"),
    "masked arrays": before("import numpy as np\nassert np.ma.masked_less(np.arange(4), 2).sum() == 5\n"),
    "garbage collection": before("import gc, sys, weakref\ngc.collect(); gc.disable(); gc.enable(); sys.getsizeof([])\n"),
    "async code": before("async def nothing(): return 1\n"),
    "exit handlers": before("import atexit, signal\natexit.register(print, 'bye')\nsignal.signal(signal.SIGINT, signal.SIG_DFL)\n"),
}  # fmt: skip
