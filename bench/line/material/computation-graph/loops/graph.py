import numpy as np

INPUT, ADD, SUBTRACT, MULTIPLY, EXP, LOGISTIC, SQUARE = range(7)


class CycleError(ValueError):
    """Raise it with the nodes of a cycle: each is a parent of the next, and the last of the first."""

    def __init__(self, nodes):
        super().__init__(f"the graph has a cycle: {nodes}")
        self.nodes = nodes


class Graph:
    def __init__(self, operations, parents):
        self.n = len(operations)
        self.operations = [int(o) for o in operations]
        self.left = [int(p) for p in parents[:, 0]]
        self.right = [int(p) for p in parents[:, 1]]

    def topological_order(self):
        """Depth first with a stack of my own; 0 not seen, 1 on the stack, 2 finished."""
        state = [0] * self.n
        order = []
        for start in range(self.n):
            if state[start] != 0:
                continue
            path = [start]
            state[start] = 1
            while path:
                node = path[-1]
                moved = False
                for parent in (self.left[node], self.right[node]):
                    if parent < 0 or state[parent] == 2:
                        continue
                    if state[parent] == 1:
                        i = path.index(parent)
                        cycle = path[i:]
                        cycle.reverse()
                        raise CycleError(cycle)
                    state[parent] = 1
                    path.append(parent)
                    moved = True
                    break
                if not moved:
                    state[node] = 2
                    order.append(node)
                    path.pop()
        return order

    def backward(self, values, outputs):
        bar = [0.0] * self.n
        for node in outputs:
            bar[node] = outputs[node]
        order = self.topological_order()
        for i in range(self.n - 1, -1, -1):
            node = order[i]
            operation = self.operations[node]
            a = self.left[node]
            b = self.right[node]
            if operation == ADD:
                bar[a] += bar[node]
                bar[b] += bar[node]
            elif operation == SUBTRACT:
                bar[a] += bar[node]
                bar[b] -= bar[node]
            elif operation == MULTIPLY:
                bar[a] += bar[node] * values[b]
                bar[b] += bar[node] * values[a]
            elif operation == EXP:
                bar[a] += bar[node] * values[node]
            elif operation == LOGISTIC:
                bar[a] += bar[node] * values[node] * (1.0 - values[node])
            elif operation == SQUARE:
                bar[a] += bar[node] * 2.0 * values[a]
        return np.array(bar)
