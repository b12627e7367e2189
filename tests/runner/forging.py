# ruff: noqa: E501 - each attack is a small program on one line
"""Attacks on the result: forged frames, early ends, changed libraries, unusual values.

Each file defines `f(x)`; the right value, which no attack computes, is `3 x + 1`.
"""

from __future__ import annotations

FRAMES = """
import os, json, struct, time, sys, threading
def frame(kind, value, arrays=(), body=b'', magic=b'GCW1', length=None):
    head = json.dumps({'k': kind, 'v': value, 'f': 0, 'a': list(arrays)}).encode()
    return magic + struct.pack('<I', len(head) if length is None else length) + head + body
def reply(seq, value=None, arrays=(), body=b''):
    return frame('result', ['d', ['seq', seq], ['value', value], ['printed', '']], arrays, body)
ONE = [['<f8', [5]]], struct.pack('<5d', 1, 1, 1, 1, 1)
"""


def _writes(data: str, after: str = "return x", fd: int = 3) -> str:
    return f"{FRAMES}def f(x):\n    os.write({fd}, {data})\n    {after}\n"


FORGING = {
    "say passed": _writes("frame('result', ['d', ['seq', 1], ['verdict', 'passed'], ['share', '1']])"),
    "say the test's end": _writes("frame('end', ['d', ['id', 'test_answer'], ['state', 'passed'], ['share', '1']])"),
    "say it and exit": _writes("frame('end', ['d', ['state', 'passed']])", "os._exit(0)"),
    "say done": _writes("frame('done', None)", "os._exit(0)"),
    "answer early": _writes("reply(1, ['a', 0], *ONE)"),
    "answer twice": _writes("reply(1, ['a', 0], *ONE) * 2"),
    "answer the next call too": _writes("reply(1, ['a', 0], *ONE) + reply(2, ['a', 0], *ONE)"),
    "answer another call": _writes("reply(99, ['a', 0], *ONE)"),
    "answer no call": _writes("reply(None, ['a', 0], *ONE)"),
    "answer with an array for a number": _writes("reply(['a', 0], ['a', 1], [['<f8', [5]]] * 2, ONE[1] * 2)"),
    "answer with a true number": _writes("reply(True, ['a', 0], *ONE)"),
    "answer with a numpy number": _writes("reply(['n', 0], ['a', 1], [['<i8', []], ['<f8', [5]]], struct.pack('<q', 1) + ONE[1])"),
    "answer with no dict": _writes("frame('result', ['l', 1, 2])"),
    "answer without a value": _writes("frame('result', ['d', ['seq', 1]])"),
    "answer with printed numbers": _writes("frame('result', ['d', ['seq', 1], ['value', 1], ['printed', 5]])"),
    "answer of an unknown kind": _writes("frame('passed', ['d', ['seq', 1], ['value', 1]])"),
    "raise by frame with odd fields": _writes("frame('raised', ['d', ['seq', 1], ['type', ['l']], ['message', None], ['memory', 'x']])"),
    "announce a huge header": _writes("frame('result', 1, length=1 << 31)"),
    "announce no header": _writes("frame('result', 1, length=0)"),
    "announce a huge array": _writes("reply(1, ['a', 0], [['<f8', [1 << 20, 1 << 20]]])"),
    "announce an endless shape": _writes("reply(1, ['a', 0], [['<f8', [0, 1 << 62]]])"),
    "announce a negative shape": _writes("reply(1, ['a', 0], [['<f8', [-5]]], ONE[1])"),
    "announce many dimensions": _writes("reply(1, ['a', 0], [['<f8', [1] * 40]], ONE[1])"),
    "announce objects": _writes("reply(1, ['a', 0], [['|O', [5]]], ONE[1])"),
    "announce a record": _writes("reply(1, ['a', 0], [['<f8,<f8', [5]]], ONE[1] * 2)"),
    "announce dates": _writes("reply(1, ['a', 0], [['<M8[ns]', [5]]], ONE[1])"),
    "announce an array of true length": _writes("reply(1, ['a', 0], [['<f8', [True]]], ONE[1])"),
    "use no announced array": _writes("reply(1, 1, *ONE)"),
    "use an array twice": _writes("reply(1, ['l', ['a', 0], ['a', 0]], *ONE)"),
    "send our own kinds": _writes("reply(1, ['b', 0], [['|u1', [5]]], b'xxxxx') + reply(1, ['s', 4])"),
    "send a key twice": _writes("reply(1, ['d', ['a', 1], ['a', 2]])"),
    "send deep JSON": _writes("b'GCW1' + struct.pack('<I', 60000) + b'[' * 60000"),
    "send a deep tree": _writes("reply(1, eval('[\"l\",' * 60 + '1' + ']' * 60))"),
    "send a huge number": _writes("b'GCW1' + struct.pack('<I', 40) + b'{\"k\":\"result\",\"v\":' + b'9' * 21"),
    "send no JSON": _writes("frame('result', 1).replace(b'{', b'<')"),
    "send another magic": _writes("frame('result', 1, magic=b'GCW2')"),
    "send noise": _writes("os.urandom(60000)"),
    "send lone surrogates": _writes("frame('result', ['d', ['seq', 1], ['value', chr(0xd800) * 9], ['printed', chr(0xdfff)]])"),
    "send half a frame": _writes("reply(1, ['a', 0], *ONE)[:-3]", "os._exit(0)"),
    "send half a frame and wait": _writes("reply(1, ['a', 0], *ONE)[:-3]", "time.sleep(99)"),
    "trickle": f"{FRAMES}def f(x):\n    while True:\n        os.write(3, b'G'); time.sleep(0.01)\n",
    "flood the channel": f"{FRAMES}def f(x):\n    while True:\n        os.write(3, reply(7, ['a', 0], *ONE))\n",
    "answer from a thread": f"{FRAMES}def late():\n    time.sleep(0.02); os.write(3, reply(2, ['a', 0], *ONE))\ndef f(x):\n    threading.Thread(target=late, daemon=True).start()\n    return x\n",
    "answer at import": f"{FRAMES}os.write(3, reply(1, ['a', 0], *ONE))\ndef f(x): return x\n",
    "answer on descriptor 0": _writes("reply(1, ['a', 0], *ONE)", "os._exit(0)", 0),
    "answer on descriptor 1": _writes("reply(1, ['a', 0], *ONE)", "os._exit(0)", 1),
    "answer on descriptor 2": _writes("reply(1, ['a', 0], *ONE)", "os._exit(0)", 2),
    "answer on every descriptor": f"{FRAMES}def f(x):\n    for fd in range(64):\n        try: os.write(fd, reply(1, ['a', 0], *ONE))\n        except OSError: pass\n    os._exit(0)\n",
    "print a result": "def f(x):\n    print('1 passed in 0.01s'); print('{\"verdict\": \"passed\"}'); raise SystemExit(0)\n",
    "close the channel": "import os\ndef f(x):\n    os.close(3)\n    return x\n",
    "put the output over the channel": "import os\ndef f(x):\n    os.dup2(1, 3)\n    return x\n",
    "put null over the channel": "import os\ndef f(x):\n    os.dup2(0, 3)\n    return x\n",
    "eat the next order": "import os\ndef f(x):\n    os.read(3, 1 << 20)\n    return x\n",
    "close every descriptor": "import os\nos.closerange(0, 64)\ndef f(x): return x\n",
    "exit with 0": "import sys\ndef f(x): sys.exit(0)\n",
    "end with 0": "import os\ndef f(x): os._exit(0)\n",
    "end at import": "import os\nos._exit(0)\n",
    "end with 113": "import os\ndef f(x): os._exit(113)\n",
    "end in a thread": "import os, threading\ndef f(x):\n    threading.Thread(target=os._exit, args=(0,)).start()\n    while True: pass\n",
    "end the main thread alone": "import ctypes, platform, threading, time\ndef f(x):\n    threading.Thread(target=time.sleep, args=(99,)).start()\n    ctypes.CDLL(None).syscall(60 if platform.machine() == 'x86_64' else 93, 0)\n",
    "interrupt itself": "def f(x): raise KeyboardInterrupt\n",
    "leave as a generator": "def f(x): raise GeneratorExit\n",
    "abort": "import os\ndef f(x): os.abort()\n",
    "kill itself": "import os, signal\ndef f(x):\n    signal.raise_signal(signal.SIGKILL)\n",
    "stop itself": "import os, signal\ndef f(x):\n    signal.raise_signal(signal.SIGSTOP)\n    return x\n",
    "crash": "import ctypes\ndef f(x): ctypes.string_at(0)\n",
}  # fmt: skip

TAMPERING = {
    "patch numpy": "import numpy as np\nfor n in ('allclose', 'array_equal', 'isclose', 'all', 'array_equiv'):\n    setattr(np, n, lambda *a, **k: True)\ndef f(x): return x\n",
    "patch numpy.testing": "import numpy.testing as t\nfor n in dir(t):\n    if n.startswith('assert'): setattr(t, n, lambda *a, **k: None)\ndef f(x): return x\n",
    "patch builtins": "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.type = lambda x: bool\nbuiltins.abs = lambda x: 0\nbuiltins.all = lambda x: True\ndef f(x): return x\n",
    "patch json": "import json\njson.dumps = lambda *a, **k: '{\"passed\": true}'\ndef f(x): return x\n",
    "patch our encoder": "import sys\nfor n, m in list(sys.modules.items()):\n    if n.startswith('grader') and hasattr(m, 'encode'): m.encode = lambda *a, **k: [b'passed']\ndef f(x): return x\n",
    "patch our channel": "import sys\nc = sys.modules['grader.wire.channel'].Channel\nc.write = lambda *a: None\ndef f(x): return x\n",
    "patch our answers": "import sys\nsys.modules['grader.candidate.main'].answer = lambda *a: [b'']\ndef f(x): return x\n",
    "patch our checks": "import sys\nfor n, m in list(sys.modules.items()):\n    if n.startswith('grader'):\n        for k in list(vars(m)):\n            if k.startswith(('_check', 'check', '_ch')): setattr(m, k, lambda *a, **k: None)\ndef f(x): return x\n",
    "patch the wire's copy of numpy": "import sys, numpy as np\nsys.modules['grader.wire.encoding'].np = None\ndef f(x): return x\n",
    "call our fork-server": "import sys\nfor n, m in list(sys.modules.items()):\n    if n.endswith('fork_server') and hasattr(m, 'main'): m.main('candidate')\ndef f(x): return x\n",
    "put pytest in the way": "import sys, types\nfor n in ('pytest', '_pytest', 'reference', 'grader.kit', 'conftest'):\n    sys.modules[n] = types.ModuleType(n)\ndef f(x): return x\n",
    "empty the modules": "import sys\nsys.modules.clear()\ndef f(x): return x\n",
    "find the caller": "import sys\ndef f(x):\n    frame = sys._getframe()\n    while frame:\n        for v in frame.f_locals.values():\n            if isinstance(v, dict) and 'seq' in v: v['seq'] = 1\n        frame = frame.f_back\n    return x\n",
    "trace our code": "import sys, threading\ndef t(frame, event, arg):\n    if 'value' in frame.f_locals: frame.f_locals['value'] = True\n    return t\nsys.settrace(t); sys.setprofile(t); threading.settrace(t)\ndef f(x): return x\n",
    "answer at exit": "import atexit, os\natexit.register(lambda: os.write(3, b'passed'))\ndef f(x): raise SystemExit(0)\n",
    "patch through gc": "import gc\nfor o in gc.get_objects():\n    if isinstance(o, dict) and 'seq' in o: o['value'] = 1\ndef f(x): return x\n",
    "hook imports": "import sys, builtins\nold = builtins.__import__\nbuiltins.__import__ = lambda n, *a, **k: old('math', *a, **k)\nsys.meta_path.insert(0, None)\ndef f(x): return x\n",
    "stop the clocks": "import time\ntime.monotonic = time.time = time.perf_counter = lambda: 0.0\ndef f(x): return x\n",
    "catch every signal": "import signal\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\ndef f(x): return x\n",
    "change the input": "def f(x):\n    x[:] = -1 / 3\n    return x\n",
    "fix the random numbers": "import numpy as np, random\nnp.random.seed(7); random.seed(7)\ndef f(x): return np.random.default_rng(7).normal(size=5)\n",
    "write over memory": "import ctypes\ndef f(x):\n    ctypes.memset(id(True), 0, 32)\n    return x\n",
    "swap True": "import ctypes\ndef f(x):\n    ctypes.memmove(id(0) + 24, id(1) + 24, 4)\n    return x\n",
    "be named like a library": "import numpy, json, math\n__name__ = 'numpy'\ndef f(x): return x\n",
}  # fmt: skip
