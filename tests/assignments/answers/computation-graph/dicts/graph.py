"""Dicts everywhere, a depth-first search with its own stack, signals only of nodes that were reached."""


class CycleError(ValueError):
    def __init__(self, nodes):
        super().__init__("cycle: " + ", ".join(map(str, nodes)))
        self.nodes = nodes


class Graph:
    def __init__(self, operations, parents):
        self.above = {}
        self.operation = {}
        for node in range(len(operations)):
            self.operation[node] = operations[node]
            self.above[node] = tuple(p for p in parents[node] if p != -1)

    def topological_order(self):
        done, on_path, order = set(), {}, ()
        found = []
        for start in self.above:
            stack = [(start, iter(self.above[start]))] if start not in done else []
            on_path = {start: None} if stack else {}
            while stack:
                node, rest = stack[-1]
                following = next(rest, None)
                if following is None:
                    stack.pop()
                    on_path.pop(node)
                    if node not in done:
                        done.add(node)
                        found.append(node)
                elif following in on_path:
                    path = list(on_path)
                    raise CycleError(path[path.index(following) :])
                elif following not in done:
                    on_path[following] = None
                    stack.append((following, iter(self.above[following])))
        order += tuple(found)
        return order

    def backward(self, values, outputs):
        bars = dict(outputs)
        for node in self.topological_order()[::-1]:
            bar = bars.get(node)
            if bar is None or not self.above[node]:
                continue
            a, *more = self.above[node]
            b = more[0] if more else None
            kind = self.operation[node]
            if kind == 1:
                shares = [(a, bar), (b, bar)]
            elif kind == 2:
                shares = [(a, bar), (b, -bar)]
            elif kind == 3:
                shares = [(a, bar * values[b]), (b, bar * values[a])]
            elif kind == 4:
                shares = [(a, bar * values[node])]
            elif kind == 5:
                shares = [(a, bar * values[node] * (1 - values[node]))]
            else:
                shares = [(a, bar * 2 * values[a])]
            for parent, share in shares:
                bars[parent] = bars.get(parent, 0) + share
        return bars
