"""What a node of a graph is called in a sentence: its own name if the student knows it, else its formula."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from reference.graph import INPUT, Graph

FORMULAS = {
    "add": "{} + {}",
    "subtract": "{} − {}",
    "multiply": "{} {}",
    "divide": "{} / {}",
    "matvec": "{} {}",
    "square": "{}²",
    "negate": "−{}",
    "logistic": "σ({})",
    "sum": "Σ {}",
    "softmax": "softmax({})",
}
BRACKETED = ("logistic", "softmax")  # their forms have brackets for what is inside
CLOSED = (*BRACKETED, "square", INPUT)  # need no brackets around themselves


def node_text(graph: Graph, known: Collection[str], constants: Mapping[str, float], name: str) -> str:
    """The name if it is one of the `known` ones or an input; else the formula: (y − t)², ½ w²."""
    node = graph[name]
    if name in known or (node.operation == INPUT and name not in constants):
        return name
    if name in constants:
        return "½" if constants[name] == 0.5 else f"{constants[name]:g}".replace("-", "−")
    form = FORMULAS.get(node.operation, f"{node.operation} {{}}")
    parts = []
    for parent in map(str, node.parents):
        part = node_text(graph, known, constants, parent)
        single = parent in known or graph[parent].operation in CLOSED or node.operation in BRACKETED
        parts.append(part if single or node.operation == "add" else f"({part})")
    return form.format(*parts)
