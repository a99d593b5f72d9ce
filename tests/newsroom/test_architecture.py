"""Rules for imports, templates and private names, checked in the source of the project."""

import ast
import re
from pathlib import Path

import pytest
from django.template.backends.django import get_installed_libraries

from tests import structure
from tests.structure import APPS, ROOT

MODULES = sorted(
    path.relative_to(ROOT)
    for app in APPS
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
)
#: The only modules that may import each of these libraries.
DOORS = {
    "akismet": {"comments/screening/api.py"},
    "bleach": {"comments/writing/text.py"},
    "nh3": {"articles/text/cleaner.py"},
    "PIL": {"articles/pictures/decoding.py", "newsroom/demo/pictures/sheet.py"},
}
#: Private names of Django that Django documents, or that have no public counterpart.
DJANGOS = {"_meta", "_state", "_committed", "_default_manager", "_base_manager"}


def imports(path, source):
    """Return the full names that the module at `path` imports, inside functions too."""
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


def test_the_settings_import_only_what_reads_and_judges_them():
    """The settings name other code by strings: no model can be imported before they are read."""
    known = structure.graph(structure.modules())
    found, more = set(), {"newsroom.settings"}
    while more:
        found |= more
        more = set().union(*(known[name] for name in more)) - found
    judges = {name for name in known if name.startswith("newsroom.setting_problems.")}
    assert found == judges | {
        "newsroom.settings",
        "newsroom.environment",
        "newsroom.unsafe_settings",
    }


def test_nothing_is_imported_inside_a_function():
    """Except in `AppConfig.ready`: models cannot be imported before it runs.

    In any other function such an import would hide a circle.
    """
    assert structure.late_imports(structure.modules()) == []


def test_no_modules_import_one_another_in_a_circle():
    assert structure.circles(structure.graph(structure.modules())) == []


# --- Migrations -----------------------------------------------------------------------------------


def names_in_migrations():
    """Return the full names of the code of this project that migrations use."""
    found = set()
    for path in ROOT.glob("*/migrations/0*.py"):
        tree = ast.parse(path.read_text())
        used = {ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        for name in imports(path.relative_to(ROOT), path.read_text()):
            if name.partition(".")[0] in APPS:
                # After “import module” the name of the function stands where it is used.
                of_module = {n for n in used if n.rpartition(".")[0] == name}
                found |= of_module or {name}
    return found


def test_the_names_that_migrations_need_are_listed():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    section = text.partition("they must\nstay:")[2].partition("\n##")[0]
    listed, module = set(), ""
    for name in re.findall(r"`([\w.]+)`", section):
        listed.add(module + name if name.startswith(".") else name)
        module = module if name.startswith(".") else name.rpartition(".")[0]
    assert listed == names_in_migrations()


# --- Templates ------------------------------------------------------------------------------------

#: `templates/articles/` and `templates/comments/` belong to those apps. The others, at the root and
#: in `admin/`, belong to newsroom, and may name the parts of every app.
TEMPLATES = sorted(path.relative_to(ROOT) for path in (ROOT / "templates").rglob("*.*"))
TEMPLATE_NAMES = {str(path.relative_to("templates")) for path in TEMPLATES}
#: Exceptions to the rule: two templates of newsroom that every app may name. The pages of each app
#: extend `base.html`. A comment form with errors is shown in the whole article.
FRAME = {"base.html", "article_with_comments.html"}
_LOAD = re.compile(r"{%-? *load (?:[^%]*? from )?([^%]*?) *%}")
_TEMPLATE = re.compile(r"""{% *(?:include|extends) +["']([^"']+)["']""")
_URL = re.compile(r"""{% *url +["']([^"']+)["']""")
#: A tag that takes its template or address from a variable. The test cannot tell which it names.
_UNREADABLE = re.compile(r"""{% *(?:include|extends|url) +[^"' ][^%]*%}""")


def owner(name):
    """Return the app that the template `name` belongs to."""
    first = name.partition("/")[0]
    return first if first in APPS else "newsroom"


def owner_of_address(name):
    """Return the app that the URL name `name` belongs to, or None for one of Django's."""
    namespace, _colon, page = name.rpartition(":")
    if namespace == "admin":
        app = page.partition("_")[0]
        return app if app in APPS else None
    return namespace or "newsroom"


def named_apps(source):
    """Return the apps whose tags, templates and addresses a template names."""
    libraries = dict(get_installed_libraries())
    loaded = [library for found in _LOAD.findall(source) for library in found.split()]
    found = {libraries[library].partition(".")[0] for library in loaded if library in libraries}
    found |= {owner(name) for name in _TEMPLATE.findall(source) if name not in FRAME}
    found |= {owner_of_address(name) for name in _URL.findall(source)}
    return found.intersection(APPS)


def test_every_way_to_name_a_template_a_tag_or_an_address_is_seen():
    assert named_apps("{% load i18n typography %}") == {"articles"}
    assert named_apps("{% load discussion from comments %}") == {"comments"}
    assert named_apps("{% include 'comments/_form.html' with form=form only %}") == {"comments"}
    assert named_apps('{% extends "admin/base_site.html" %}') == {"newsroom"}
    assert named_apps('{% extends "base.html" %}') == set()
    assert named_apps("{% url 'comments:feed' article.pk 'atom' as feed %}") == {"comments"}
    assert named_apps('{% url "admin:articles_article_add" %}') == {"articles"}
    assert named_apps("{% url 'admin:index' %}{% url 'accent' %}") == {"newsroom"}


def test_there_are_templates_to_read():
    owners = {owner(str(path.relative_to("templates"))) for path in TEMPLATES}
    assert owners == {"articles", "comments", "newsroom"}


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_templates_name_one_way(path):
    source = (ROOT / path).read_text()
    later = APPS[APPS.index(owner(str(path.relative_to("templates")))) + 1 :]
    assert not named_apps(source).intersection(later)
    assert not later or not _UNREADABLE.search(source)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_code_names_templates_one_way(path):
    """Except admin templates: they belong to newsroom's desk, and the admins of apps name them."""
    later = APPS[APPS.index(path.parts[0]) + 1 :]
    strings = {
        node.value
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    named = strings & TEMPLATE_NAMES
    readers = {name for name in named - FRAME if not name.startswith("admin/")}
    assert not {owner(name) for name in readers}.intersection(later)


# --- Private names ----------------------------------------------------------------------------


def foreign_privates(source):
    """Return each private name that the code takes from another module or object."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            found += [alias.name for alias in node.names if is_private(alias.name)]
        elif isinstance(node, ast.Attribute) and is_private(node.attr):
            owner = ast.unparse(node.value)
            if owner not in ("self", "cls", "super()") and node.attr not in DJANGOS:
                found.append(f"{owner}.{node.attr}")
    return found


def is_private(name):
    # `_` marks a text for translation.
    return name.startswith("_") and name != "_" and not name.startswith("__")


def test_every_use_of_a_foreign_private_name_is_seen():
    source = """
from django.utils.translation import gettext as _
from .text import _BIDI, fold
class Comment:
    def lock(self):
        self._write(), super()._write(), cls._write(), self._meta, self.__class__
        self.parent._write()
        type(self)._log
        return _owed(self)
"""
    assert set(foreign_privates(source)) == {"_BIDI", "self.parent._write", "type(self)._log"}


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_nobody_uses_what_another_keeps_to_itself(path):
    assert foreign_privates((ROOT / path).read_text()) == []


# --- One writer -------------------------------------------------------------------------------

#: The calls that write columns of one or more rows, or create a row.
WRITES = {"write", "update", "create", "get_or_create", "update_or_create", "Comment"}


def writes_moderation(source):
    nodes = list(ast.walk(ast.parse(source)))
    stored = {
        n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
    }
    for call in (node for node in nodes if isinstance(node, ast.Call)):
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in WRITES:
            stored |= {keyword.arg for keyword in call.keywords}
    return "moderation" in stored


@pytest.mark.parametrize(
    ("source", "writes"),
    [
        ("comment.write(moderation=target)", True),
        ("Comment.objects.filter(pk=1).update(moderation=target)", True),
        ("Comment(moderation=target)", True),
        ("comment.moderation = target", True),
        ("Comment.objects.filter(moderation=target)", False),
        ("comment.write(text=text)", False),
        ("comment.moderation == target", False),
    ],
)
def test_every_way_to_write_a_decision_is_seen(source, writes):
    assert writes_moderation(source) == writes


def test_what_is_decided_about_a_comment_has_one_writer():
    writers = {str(path) for path in MODULES if writes_moderation((ROOT / path).read_text())}
    assert writers == {"comments/moderation/decisions.py"}
