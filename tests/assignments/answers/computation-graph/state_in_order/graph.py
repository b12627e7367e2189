"""Plain lists; topological_order stores in the object what backward needs."""

import math


class CycleError(RuntimeError):
    def __init__(self, nodes):
        RuntimeError.__init__(self, str(nodes))
        self.nodes = nodes


def shares(kind, bar, v, a, b):
    if kind in (1, 2):
        return [bar, bar if kind == 1 else -bar]
    if kind == 3:
        return [bar * b, bar * a]
    if kind == 4:
        return [bar * math.exp(a)]
    if kind == 5:
        y = 1 / (1 + math.exp(-a))
        return [bar * y * (1 - y)]
    return [bar * 2 * a]


class Graph:
    def __init__(self, operations, parents):
        self.kinds, self.rows = list(operations), [list(row) for row in parents]

    def topological_order(self):
        n = len(self.kinds)
        out = [[] for _ in range(n)]
        count = [0] * n
        for child in range(n):
            for parent in self.rows[child]:
                if parent > -1:
                    out[parent].append(child)
                    count[child] += 1
        self.order, heap = [], [i for i in range(n) if count[i] == 0]
        while heap:
            node = heap.pop()
            self.order.append(node)
            for child in out[node]:
                count[child] -= 1
                if count[child] == 0:
                    heap.append(child)
        if len(self.order) < n:
            node, seen = next(i for i in range(n) if count[i]), []
            while node not in seen:
                seen.append(node)
                node = next(p for p in self.rows[node] if p > -1 and count[p])
            raise CycleError(seen[seen.index(node) :])  # each after the one that it feeds
        return self.order

    def backward(self, values, outputs):
        self.topological_order()
        bars = [0.0] * len(self.kinds)
        for node in outputs:
            bars[node] = outputs[node]
        for node in self.order[::-1]:
            row = [p for p in self.rows[node] if p > -1]
            if row:
                found = shares(self.kinds[node], bars[node], values[node], values[row[0]], values[row[-1]])
                for parent, share in zip(row, found, strict=True):
                    bars[parent] += share
        return bars
