"""Draw the structure of the code, read from its syntax trees: `make structure`.

The drawing is stored in `docs/structure.md`. A test fails if it no longer agrees with the code.
"""

import ast
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
DRAWING = ROOT / "docs" / "structure.md"
#: Each package may import itself and the packages before it in this list.
APPS = ["common", "articles", "comments", "newsroom"]
INTRODUCTION = """\
# Structure

Written by `make structure` from the code itself; a test fails where it is no longer true.

Imports run one way: `newsroom → comments → articles → common → Django`. Nobody imports `newsroom`,
which ties the others together; settings and URLs name things by string. Templates run the same way:
those of `articles/` know nothing of comments, and the templates beside the folders, which belong to
`newsroom`, put both on one page.

At an app's root stand the names that Django gives (models, admin, views, urls, forms, feeds…); what
has a name of our own lives in a room.
"""


def modules(root=ROOT) -> dict[str, Path]:
    """Return the path of each module by its dotted name, without migrations, which are history."""
    found = {}
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            if "migrations" not in parts:
                found[".".join(parts).removesuffix(".__init__")] = path
    return found


def imported(name: str, path: Path) -> list[tuple[str, ast.AST]]:
    """Return the full name of each import of a module, with the node of the import statement."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [(alias.name, node) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: 1 - node.level or None] if node.level else []
            base = ".".join([*base, *filter(None, [node.module])])
            found += [(f"{base}.{alias.name}".lstrip("."), node) for alias in node.names]
    return found


def graph(known: dict[str, Path]) -> dict[str, set[str]]:
    """Return for each module the modules that it imports.

    A name that is imported from a package counts as an import of the module that defines the name.
    """
    defined_in = {}
    for name, path in known.items():
        if path.name == "__init__.py":
            for full, node in imported(name, path):
                if isinstance(node, ast.ImportFrom) and full.rpartition(".")[0] in known:
                    defined_in[f"{name}.{full.rpartition('.')[2]}"] = full.rpartition(".")[0]
    edges = {}
    for name, path in known.items():
        targets = set()
        for full, _node in imported(name, path):
            full = defined_in.get(full, full)
            while full and full not in known:
                full = full.rpartition(".")[0]
            targets |= {full} - {"", name}
        edges[name] = targets
    return edges


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules that import one another in a circle (Tarjan's algorithm)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in edges[node]:
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            place = stack.index(node)
            group, stack[place:] = stack[place:], []
            if len(group) > 1:
                found.append(sorted(group))

    for node in edges:
        if node not in index:
            visit(node)
    return found


def late_imports(known: dict[str, Path]) -> list[str]:
    """Return the places where a function imports something; `AppConfig.ready` is allowed to."""
    return sorted(
        {
            f"{name}:{node.lineno}"
            for name, path in known.items()
            for function in ast.walk(ast.parse(path.read_text()))
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            and function.name != "ready"
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        }
    )


def without_docstring(known: dict[str, Path]) -> list[str]:
    """Return the modules that have code and no docstring."""
    return [
        name
        for name, path in known.items()
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]


def figures(root=ROOT) -> dict[str, object]:
    known = modules(root)
    lines = {n: len(p.read_text().splitlines()) for n, p in known.items()}
    lines = {name: count for name, count in lines.items() if count}
    longest = max(lines, key=lines.get)
    return {
        "modules": len(lines),
        "lines": sum(lines.values()),
        "median": median(lines.values()),
        "longest": f"{lines[longest]} ({longest})",
        "late imports": len(late_imports(known)),
        "circles": [len(group) for group in circles(graph(known))],
        "modules without a word of what they are for": len(without_docstring(known)),
    }


# --- The drawing ------------------------------------------------------------------------------


def room_of(name: str, known: dict[str, Path]) -> str:
    """Return the room of a module: the package in the app that holds it, or else the app."""
    parts = name.split(".")
    room = ".".join(parts[:2])
    is_room = room in known and known[room].name == "__init__.py" and has_docstring(known[room])
    return room if is_room else parts[0]


def has_docstring(path: Path) -> bool:
    return bool(ast.get_docstring(ast.parse(path.read_text())))


def drawing() -> str:
    """Return the text of `docs/structure.md`: a line for each room, and the imports of rooms."""
    known = modules()
    edges = graph(known)
    rooms = defaultdict(set)
    for name, targets in edges.items():
        here = room_of(name, known)
        rooms[here] |= {room_of(target, known) for target in targets} - {here}
    out = [INTRODUCTION, "## Rooms\n"]
    for app in APPS:
        out.append(f"- **{app}/** {_summary(known[app])}")
        out += [
            f"  - **{room.partition('.')[2]}/** {_summary(known[room])}"
            for room in sorted(rooms)
            if room.startswith(f"{app}.")
        ]
    for app in APPS[1:]:
        out.append(f"\n## What imports what in {app}\n\n```mermaid\nflowchart TD")
        shown = APPS if app == APPS[-1] else [app]
        out += [
            f"  {_node(room)} --> {_node(target)}"
            for room in sorted(rooms)
            if room.split(".")[0] == app
            for target in sorted(rooms[room])
            if target.split(".")[0] in shown
        ]
        out.append("```")
    return "\n".join(out) + "\n"


def _summary(path):
    return (ast.get_docstring(ast.parse(path.read_text())) or "").split("\n\n")[0]


def _node(room):
    app, _dot, own = room.partition(".")
    return f"{room}[{app} {own}]" if own else f"{app}[{app}’s root]"


if __name__ == "__main__":
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    for label, value in figures(root).items():
        print(f"{label:<44} {value}")
    if root == ROOT:
        DRAWING.write_text(drawing(), encoding="utf-8")
        print(f"{DRAWING.relative_to(ROOT)} is written.")
