"""Exercise: computation graphs."""

import numpy as np

INPUT = 0
ADD = 1
SUBTRACT = 2
MULTIPLY = 3
EXP = 4
LOGISTIC = 5
SQUARE = 6


class CycleError(ValueError):
    """Raise it with the nodes of a cycle: each is a parent of the next, and the last of the first."""

    def __init__(self, nodes):
        super().__init__(f"the graph has a cycle: {nodes}")
        self.nodes = nodes


# the parents of one node, without the -1
def parents_of(node, parents):
    result = []
    left = int(parents[node][0])
    right = int(parents[node][1])
    if left != -1:
        result.append(left)
    if right != -1:
        result.append(right)
    return result


# shares of one node's signal for its parents, from the left
def shares_of_add(signal):
    left_share = signal
    right_share = signal
    return [left_share, right_share]


def shares_of_subtract(signal):
    left_share = signal
    right_share = -signal
    return [left_share, right_share]


def shares_of_multiply(signal, left_value, right_value):
    left_share = signal * right_value
    right_share = signal * left_value
    return [left_share, right_share]


def shares_of_exp(signal, own_value):
    derivative = own_value
    return [signal * derivative]


def shares_of_logistic(signal, own_value):
    derivative = own_value * (1.0 - own_value)
    return [signal * derivative]


def shares_of_square(signal, parent_value):
    derivative = 2.0 * parent_value
    return [signal * derivative]


class Graph:
    def __init__(self, operations, parents):
        self.operations = operations
        self.number_of_nodes = len(operations)
        # lists of parents and lists of children
        self.parents = []
        self.children = []
        for node in range(self.number_of_nodes):
            self.parents.append(parents_of(node, parents))
            self.children.append([])
        for node in range(self.number_of_nodes):
            for parent in self.parents[node]:
                self.children[parent].append(node)

    def topological_order(self):
        # how many parents are not in the order yet
        open_parents = []
        for node in range(self.number_of_nodes):
            open_parents.append(len(self.parents[node]))
        # start with the nodes that have no parents
        order = []
        for node in range(self.number_of_nodes):
            if open_parents[node] == 0:
                order.append(node)
        position = 0
        while position < len(order):
            node = order[position]
            for child in self.children[node]:
                open_parents[child] = open_parents[child] - 1
                if open_parents[child] == 0:
                    order.append(child)
            position = position + 1
        # if a node is missing there is a cycle
        if len(order) != self.number_of_nodes:
            cycle = self.search_cycle(open_parents)
            raise CycleError(cycle)
        return order

    # go from parent to parent until a node comes again
    def search_cycle(self, open_parents):
        node = 0
        while open_parents[node] == 0:
            node = node + 1
        visited = []
        while node not in visited:
            visited.append(node)
            for parent in self.parents[node]:
                if open_parents[parent] > 0:
                    next_node = parent
            node = next_node
        start = visited.index(node)
        cycle = visited[start:]
        cycle.reverse()
        return cycle

    def shares(self, node, signal, values):
        operation = self.operations[node]
        own_value = values[node]
        parents = self.parents[node]
        if operation == ADD:
            return shares_of_add(signal)
        if operation == SUBTRACT:
            return shares_of_subtract(signal)
        if operation == MULTIPLY:
            return shares_of_multiply(signal, values[parents[0]], values[parents[1]])
        if operation == EXP:
            return shares_of_exp(signal, own_value)
        if operation == LOGISTIC:
            return shares_of_logistic(signal, own_value)
        if operation == SQUARE:
            return shares_of_square(signal, values[parents[0]])
        return []

    def backward(self, values, outputs):
        signals = []
        for node in range(self.number_of_nodes):
            if node in outputs:
                signals.append(outputs[node])
            else:
                signals.append(0.0)
        order = self.topological_order()
        backward_order = list(order)
        backward_order.reverse()
        for node in backward_order:
            signal = signals[node]
            shares = self.shares(node, signal, values)
            parents = self.parents[node]
            for k in range(len(parents)):
                parent = parents[k]
                signals[parent] = signals[parent] + shares[k]
        return np.array(signals)
