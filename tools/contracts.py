"""A contract type for import-linter: a list of what each package may import, and nothing else."""

from __future__ import annotations

import sys

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


def inside(module: str, packages: list[str]) -> bool:
    """Whether the module is one of the packages or is inside one of them."""
    return any(module == package or module.startswith(package + ".") for package in packages)


class MayImport(Contract):
    """`modules` (except `besides`) may import only the standard library, each other and `allowed`."""

    modules = fields.ListField(fields.StringField())
    besides = fields.ListField(fields.StringField(), required=False)
    allowed = fields.ListField(fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Check every direct import of these modules."""
        besides, allowed = list(self.besides or []), list(self.allowed or [])  # type: ignore[call-overload]
        modules = list(self.modules)  # type: ignore[call-overload]
        subjects = [m for m in graph.modules if inside(m, modules) and not inside(m, besides)]
        broken = [
            (subject, imported)
            for subject in subjects
            for imported in graph.find_modules_directly_imported_by(subject)
            if imported.partition(".")[0] not in sys.stdlib_module_names
            and imported not in subjects
            and not inside(imported, allowed)
            and not inside(subject, [imported])  # Python itself imports the package around a module
        ]
        return ContractCheck(kept=bool(subjects) and not broken, metadata={"broken": sorted(broken)})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line for each import that is not allowed."""
        for subject, imported in check.metadata["broken"] or [("(no such module)", "-")]:
            output.print_error(f"{subject} imports {imported}", bold=False)
