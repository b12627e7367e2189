import numpy as np


class CycleError(ValueError):
    """Raise it with the nodes of a cycle: each is a parent of the next, and the last of the first."""

    def __init__(self, nodes):
        super().__init__(f"the graph has a cycle: {nodes}")
        self.nodes = nodes


class Node:
    def __init__(self, number):
        self.number = number
        self.parents = []
        self.children = []
        self.value = None
        self.bar = 0.0

    def slopes(self):
        return []

    def pass_on(self):
        for parent, slope in zip(self.parents, self.slopes()):
            parent.bar += self.bar * slope


class Add(Node):
    def slopes(self):
        return [1.0, 1.0]


class Subtract(Node):
    def slopes(self):
        return [1.0, -1.0]


class Multiply(Node):
    def slopes(self):
        left, right = self.parents
        return [right.value, left.value]


class Exp(Node):
    def slopes(self):
        return [self.value]


class Logistic(Node):
    def slopes(self):
        return [self.value * (1.0 - self.value)]


class Square(Node):
    def slopes(self):
        return [2.0 * self.parents[0].value]


KINDS = [Node, Add, Subtract, Multiply, Exp, Logistic, Square]


class Graph:
    def __init__(self, operations, parents):
        self.nodes = [KINDS[int(operation)](number) for number, operation in enumerate(operations)]
        for node, row in zip(self.nodes, parents):
            for number in row:
                if number >= 0:
                    node.parents.append(self.nodes[int(number)])
                    self.nodes[int(number)].children.append(node)

    def topological_order(self):
        missing = {node: len(node.parents) for node in self.nodes}
        ready = [node for node in self.nodes if missing[node] == 0]
        order = []
        while ready:
            node = ready.pop()
            order.append(node.number)
            for child in node.children:
                missing[child] -= 1
                if missing[child] == 0:
                    ready.append(child)
        if len(order) < len(self.nodes):
            raise CycleError(self.find_cycle(missing))
        return order

    def find_cycle(self, missing):
        node = next(node for node in self.nodes if missing[node] > 0)
        path = []
        while node not in path:
            path.append(node)
            node = next(parent for parent in node.parents if missing[parent] > 0)
        cycle = path[path.index(node) :]
        return [member.number for member in reversed(cycle)]

    def backward(self, values, outputs):
        for node in self.nodes:
            node.value = values[node.number]
            node.bar = 0.0
        for number, signal in outputs.items():
            self.nodes[number].bar += signal
        for number in reversed(self.topological_order()):
            self.nodes[number].pass_on()
        return np.array([node.bar for node in self.nodes])
