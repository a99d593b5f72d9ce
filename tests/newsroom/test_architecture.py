"""How the project is put together, read from its own syntax trees."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
#: Each imports itself and what stands before it in this list.
APPS = ["common", "articles", "comments", "newsroom"]
MODULES = sorted(
    path.relative_to(ROOT)
    for app in APPS
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
)
#: Whose modules import one another in no circle.
WITHOUT_CIRCLES = ["common", "articles", "comments", "newsroom"]
#: The only door to each of these libraries.
DOORS = {
    "akismet": {"comments/screening/api.py"},
    "bleach": {"comments/writing/text.py"},
    "nh3": {"articles/text/cleaner.py"},
    "PIL": {"articles/pictures/files.py", "newsroom/demo/pictures/sheet.py"},
}


def imports(path, source):
    """Return the full names of what the module at `path` imports, wherever in it."""
    package = path.parent.parts
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: max(0, len(package) - node.level + 1)] if node.level else ()
            base = ".".join([*base, *filter(None, [node.module])])
            found |= {f"{base}.{alias.name}".lstrip(".") for alias in node.names}
    return found


def imported_packages(path):
    return {name.partition(".")[0] for name in imports(path, (ROOT / path).read_text())}


def test_every_way_to_import_is_seen():
    source = """
import comments.text as t
from comments import models
def late():
    from ..desk import Desk
    from . import y, z
    from .... import newsroom
"""
    assert imports(Path("newsroom/demo/x.py"), source) == {
        *("comments.text", "comments.models", "newsroom.desk.Desk"),
        *("newsroom.demo.y", "newsroom.demo.z", "newsroom"),
    }


def test_there_are_modules_to_read():
    assert {path.parts[0] for path in MODULES} == set(APPS)
    assert Path("comments/screening/api.py") in MODULES


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_run_one_way(path):
    later = APPS[APPS.index(path.parts[0]) + 1 :]
    assert not imported_packages(path).intersection([*later, "tests"])


@pytest.mark.parametrize("library", DOORS)
def test_a_library_has_one_door(library):
    users = {str(path) for path in MODULES if library in imported_packages(path)}
    assert users == DOORS[library]


def test_the_settings_import_nothing_of_ours():
    """They name things by string, so that reading them starts nothing."""
    assert imported_packages(Path("newsroom/settings.py")).isdisjoint(APPS)


def late_imports(source):
    """Return the names of the functions that import something, but for `ready` of an AppConfig."""
    return {
        function.name
        for function in ast.walk(ast.parse(source))
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        and function.name != "ready"
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }


def test_a_late_import_is_seen():
    source = """
import a
class Config:
    def ready(self):
        from . import checks
    def other(self):
        if a:
            import b
async def third(): from c import d
"""
    assert late_imports(source) == {"other", "third"}


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_nothing_is_imported_inside_a_function(path):
    """But in `AppConfig.ready`, before which no model can be: elsewhere it hides a circle."""
    assert late_imports((ROOT / path).read_text()) == set()


def dotted(path):
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


BY_NAME = {dotted(path): path for path in MODULES}


def defining_module(name):
    """Return the module of ours that defines `name`, through packages that only pass it on."""
    if name in BY_NAME:
        return name
    module, _, attribute = name.rpartition(".")
    if module not in BY_NAME:
        return None
    path = BY_NAME[module]
    if path.name == "__init__.py":
        for passed_on in imports(path, (ROOT / path).read_text()):
            if passed_on.rpartition(".")[2] == attribute:
                return defining_module(passed_on)
    return module


def test_a_name_is_followed_to_the_module_that_defines_it():
    assert defining_module("articles.models.Article") == "articles.models.article"
    assert defining_module("articles.models.article.Article") == "articles.models.article"
    assert defining_module("articles.publishing.pressing") == "articles.publishing.pressing"
    assert defining_module("django.db.models") is None


def test_no_modules_import_one_another_in_a_circle():
    graph = {
        name: {defining_module(i) for i in imports(path, (ROOT / path).read_text())} - {None, name}
        for name, path in BY_NAME.items()
        if path.parts[0] in WITHOUT_CIRCLES
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))
