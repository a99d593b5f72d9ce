"""What the threads of a process share is safe to share.

A server answers requests in several threads. They share the objects of modules and classes, the
caches, and the one object that Django makes of each admin, middleware and field. The rule: these
objects never change after the start. Exceptions are listed here, each with the reason why threads
can share it.
"""

import ast
import dataclasses
import enum
import functools
import importlib
import logging
import re
from datetime import date, timedelta
from pathlib import PurePath
from threading import BoundedSemaphore, Lock
from types import FunctionType, GenericAlias, ModuleType
from uuid import UUID

import pytest
from django.apps import AppConfig
from django.contrib.admin import AdminSite, autodiscover
from django.contrib.admin.options import BaseModelAdmin
from django.db.models import Field
from django.forms import Field as FormField
from django.forms import Widget
from django.tasks import Task
from django.urls import URLPattern, URLResolver
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import Promise

from articles.models.kept_rows import KeptRows
from articles.text import cleaner, slugs, typography
from comments.writing import rule_matching
from comments.writing import text as comment_text
from comments.writing.pattern_index import Budget
from common.folding import fold, folded_with_origin
from common.search.index import WordIndex
from newsroom import accent_colour
from tests import structure
from tests.threads import in_threads, many_switches

MODULES = structure.modules()
#: Modules of commands run in a process of their own, before it has any thread.
COMMANDS = "management.commands"

#: Types whose objects cannot change. Tuples are looked into.
FIXED = (
    *(str, bytes, int, float, complex, frozenset, type(None), type, FunctionType, ModuleType),
    *(re.Pattern, timedelta, date, PurePath, UUID, enum.Enum, Promise),
    *(GenericAlias, Task),
    # Its objects have no attributes of their own.
    WordIndex,
)
#: Each object that may change, or that hides whether it may, and why threads can share it.
SHARED = {
    "articles.publishing.calendar.KINDS": "a tuple of frozen objects, filled while it is loaded",
    "articles.models.change.mark": "eight bytes that are written at once; see its docstring",
    "common.page_notes._notes": "a context variable: each thread and each task has its own",
    "common.reader_clock._instant": "as above",
    "common.questions._asked": "as above",
    "common.questions.NOW": "an object without attributes",
    "common.compiled_queries._kept": "a lock guards what is added; what was added does not change",
    "articles.text.typography.typeset": "the result, a string, depends on the arguments only",
    "articles.text.typography._typeset_once": "as above",
    "articles.templatetags.languages._attributes": "as above",
    "comments.threads.rendering._time": "as above",
    "articles.search.highlights._is_found": "as above",
    "articles.pictures.renditions._planned": "the result, a tuple, depends on the arguments only",
    "articles.search.highlights._is_found_within": "as above",
    "common.search.words._begun_by": "the result, a pattern, does not change with use",
    "common.kept_html._made": "as above: a template that gets plain values alone",
    "common.kept_html._empty_fields": "as above: a form without values, and its choices",
    "articles.publishing.preflight.house.phrases._pattern": "patterns do not change with use",
    "articles.publishing.preflight.house.phrases.index_of": "an index does not change with use",
    "articles.search.words.stem": "the result, a string, depends on the arguments only",
    "articles.text.facts._value": "the result, a string, depends on the word only",
    "common.moment_words.months": "the names in all languages of the site, whichever is active",
    "common.moment_words.weekdays": "the names in all languages of the site, whichever is active",
    "common.search.index.registered": "filled while the apps are loaded, before any thread",
    "common.search.index._pieces": "the result, a tuple of strings, depends on the word only",
    "common.search.words._signs": "each entry depends on its key only; two threads write the same",
    "common.folding._fold_character": "the result, a string, depends on the argument only",
    "comments.writing.rule_words._parts": "the result, a string, depends on the argument only",
    "comments.writing.rule_matching.index_patterns": "nobody changes the result (tested below)",
    "articles.admin.front_presses.ACTS": "nobody changes the table",
    "comments.models.counter.memory": "a lock guards its counts",
    "comments.writing.reserved_names._forms_of_a_person": "nobody changes the results, two sets",
    "comments.writing.reserved_names._decorations": "nobody changes the result, a frozen set",
    "comments.writing.reserved_names._reserved": "nobody changes the result",
    "comments.writing.reserved_names._is_of_many_words": "the result is a bool",
    "common.confusables._prototypes": "nobody changes the table once it is read",
    "common.confusables._letters_seen": "the result, a string, depends on the argument only",
    "common.private_paths._compiled": "the result, a pattern, depends on the argument only",
    "newsroom.accounts.hashing.turns": "a semaphore, and a mark of each thread's own",
    "newsroom.health.trial_write": "a lock lets one thread try; the others read one reference",
    "common.deadlines.ssl_context": (
        "“It is thread-safe as long as it is not reconfigured after being used” (Python's ssl)"
    ),
    "comments.threads.ordering.THREAD_KEY": "Django copies an expression before it resolves it",
    **dict.fromkeys(
        [
            "comments.models.comment_queryset.TO_DECIDE",
            "comments.models.comment_queryset.WAITS_SINCE",
            "comments.models.comment_queryset.QUEUE_ORDER",
        ],
        "as above",
    ),
    "newsroom.accent_colour._stylesheet": "the result, a string, depends on the argument only",
    "newsroom.demo.pictures.sheet.mix": "only a command calls it; nobody changes the result",
    "articles.text.cleaner._cleaner": "nh3.Cleaner has no method that changes it",
    "newsroom.settings.env": "reads the environment while the settings are loaded",
    "newsroom.whole_pages.page.accepted": "the result, a string, depends on the argument only",
    "newsroom.wsgi.application": "Django's handler, made for threads; locks guard the kept pages",
}
#: Types that are made for threads, or whose objects are filled at the start.
MADE_FOR_THREADS = (
    *(logging.Logger, BoundedSemaphore, type(Lock()), URLPattern, URLResolver),
    # One reference is replaced at once by another, and nobody changes what it holds.
    KeptRows,
)
#: Names that are filled while modules are loaded.
REGISTRIES = {"register"}

#: Calls and assignments that change the whole process, whichever thread makes them.
PROCESS_WIDE = {
    *("warnings.catch_warnings", "warnings.simplefilter", "warnings.filterwarnings"),
    *("locale.setlocale", "os.chdir", "os.umask", "os.putenv", "os.environ", "time.tzset"),
    *("signal.signal", "signal.alarm", "socket.setdefaulttimeout", "resource.setrlimit"),
    *("sys.setrecursionlimit", "sys.setswitchinterval", "random.seed", "decimal.getcontext"),
    *("Picture.MAX_IMAGE_PIXELS", "Image.MAX_IMAGE_PIXELS", "ImageFile.LOAD_TRUNCATED_IMAGES"),
}
#: Modules that change the process, and why they may.
CHANGES_THE_PROCESS = {
    "newsroom.wsgi": "sets an environment variable before any thread begins",
    "newsroom.settings": "as above",
    "newsroom.environment": "silences warnings while the settings are loaded, before any thread",
    "articles.pictures.decoding": "runs as a program, in a process without threads",
}
#: Methods that change a list, a dict, a set or a deque.
CHANGING = {
    *("append", "appendleft", "extend", "insert", "remove", "pop", "popleft", "popitem", "clear"),
    *("add", "discard", "update", "setdefault", "sort", "reverse", "intersection_update"),
    *("difference_update", "symmetric_difference_update", "subtract"),
}
#: Classes of which Django keeps one object for all threads.
SINGLETONS = (AdminSite, BaseModelAdmin, AppConfig, MiddlewareMixin, Field, FormField, Widget)


def is_fixed(value):
    if isinstance(value, tuple):
        return all(map(is_fixed, value))
    if dataclasses.is_dataclass(value) and not isinstance(value, FIXED):
        frozen = value.__dataclass_params__.frozen
        return frozen and all(map(is_fixed, vars(value).values()))
    return isinstance(value, FIXED)


def names_set(tree):
    """Return the names that a module or class body assigns or defines, outside functions."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            found |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and is_stored(n)}
    return found


def is_stored(node):
    return isinstance(node.ctx, ast.Store)


def root(node):
    """Return `X` of `X[…][…]`, as source."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return ast.unparse(node)


def changed_objects(tree):
    """Return the name of each object that the functions of `tree` change in place."""
    found = set()
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.Lambda):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Global):
                found |= set(node.names)
            elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
                found.add(root(node))
            elif isinstance(node, ast.AugAssign) and not isinstance(node.target, ast.Subscript):
                found.add(ast.unparse(node.target))
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in CHANGING:
                found.add(root(node.func.value))
    return {name for name in found if re.fullmatch(r"[\w.]+", name)} - locals_of(tree)


def locals_of(tree):
    """Return the names that every function which changes them makes itself."""
    made = set()
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            arguments = function.args
            every = [*arguments.args, *arguments.kwonlyargs, *arguments.posonlyargs]
            made |= {a.arg for a in [*every, arguments.vararg, arguments.kwarg] if a}
            stored = (n for n in ast.walk(function) if isinstance(n, ast.Name) and is_stored(n))
            made |= {name.id for name in stored}
            for node in ast.walk(function):
                if isinstance(node, ast.Global):
                    made -= set(node.names)
    return made


def process_wide(source):
    return {
        ast.unparse(node) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)
    } & PROCESS_WIDE


def test_every_way_to_change_an_object_is_seen():
    source = """
SEEN, COUNT, TABLE, NAMES, LAST, MORE = {}, 0, {}, [], None, set()
def work(typed):
    global LAST
    SEEN[typed]["a"] = 1
    del TABLE[typed]
    NAMES.append(typed)
    MORE.add(typed)
    own = []
    own.append(typed)
    typed.update(a=1)
"""
    assert changed_objects(ast.parse(source)) == {"LAST", "SEEN", "TABLE", "NAMES", "MORE"}
    assert process_wide("import warnings\nwith warnings.catch_warnings(): pass")


@pytest.fixture(scope="module", autouse=True)
def the_admin_is_loaded():
    """By itself `newsroom.admin` fails: it takes the place of other admins, once they are there."""
    autodiscover()


@pytest.mark.parametrize("name", MODULES)
def test_what_a_module_holds_does_not_change(name):
    tree = ast.parse(MODULES[name].read_text())
    module = importlib.import_module(name)
    changed = changed_objects(tree)
    for held in names_set(tree) - REGISTRIES:
        value = getattr(module, held, None)
        if isinstance(value, list | dict | set):
            # A constant: no code of its module changes it.
            assert held not in changed or f"{name}.{held}" in SHARED, held
        elif not is_fixed(value) and not isinstance(value, MADE_FOR_THREADS):
            assert f"{name}.{held}" in SHARED, f"{held} is {type(value)}: say why it is safe"


def test_no_module_changes_what_another_holds():
    """Constants are in capitals, and those of classes are reached by `self`, `cls` or the class."""
    for name, path in MODULES.items():
        for changed in changed_objects(ast.parse(path.read_text())):
            owner, _dot, last = changed.rpartition(".")
            is_constant = last.lstrip("_").isupper() and len(last) > 1
            assert not is_constant or owner == "request", (name, changed)


@pytest.mark.parametrize("name", MODULES)
def test_no_class_has_a_container_that_its_objects_change(name):
    tree = ast.parse(MODULES[name].read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            held = {f"{owner}.{n}" for n in names_set(node) for owner in ("self", "cls", node.name)}
            stored = {
                ast.unparse(n)
                for n in ast.walk(node)
                if isinstance(n, ast.Attribute) and is_stored(n)
            }
            assert not {s for s in stored if s.startswith(("cls.", f"{node.name}.", "type("))}
            # An object may give itself a container of its own first.
            assert not (changed_objects(node) & held) - stored


@pytest.mark.parametrize("name", MODULES)
def test_no_request_changes_the_whole_process(name):
    if COMMANDS not in name and name not in CHANGES_THE_PROCESS:
        assert process_wide(MODULES[name].read_text()) == set()


@pytest.mark.parametrize("name", MODULES)
def test_an_object_of_which_there_is_one_for_all_requests_keeps_nothing_of_a_request(name):
    module = importlib.import_module(name)
    for node in ast.walk(ast.parse(MODULES[name].read_text())):
        found = isinstance(node, ast.ClassDef) and getattr(module, node.name, None)
        if not (isinstance(found, type) and issubclass(found, SINGLETONS)):
            continue
        for method in node.body:
            if isinstance(method, ast.FunctionDef) and method.name not in ("__init__", "ready"):
                stored = [
                    ast.unparse(n)
                    for n in ast.walk(method)
                    if isinstance(n, ast.Attribute) and is_stored(n)
                ]
                assert not [n for n in stored if n.startswith("self.")], (node.name, method.name)


def test_the_list_of_exceptions_names_only_what_there_is():
    for name in SHARED:
        module, _dot, held = name.rpartition(".")
        assert hasattr(importlib.import_module(module), held), name
    assert set(CHANGES_THE_PROCESS) <= set(MODULES)


def test_every_cache_is_listed():
    """Also those of methods: a decorator keeps one cache for all threads."""
    for name, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text())):
            for decorator in getattr(node, "decorator_list", ()):
                if re.search(r"\b(?:lru_)?cache\b", ast.unparse(decorator)):
                    assert f"{name}.{node.name}" in SHARED, node.name


# --- Many threads -------------------------------------------------------------------------------

WORDS = [f"{root}{end}" for root in ("Œuvr", "nation", "ЕЛИТ", "９9") for end in ("es", "ée", "ñ…")]
CALLS = {
    "fold": lambda n: fold(WORDS[n % 12] * 20),
    "folded_with_origin": lambda n: folded_with_origin(WORDS[n % 12] * 20),
    "cleaner.clean": lambda n: cleaner.clean(f"<p onclick=x>{n} <b>{WORDS[n % 12]}</b><script>"),
    "typeset_html": lambda n: typography.typeset_html(f"<p>«{WORDS[n % 12]} {n}» :</p>", "fr"),
    "slug_of": lambda n: slugs.slug_of(WORDS[n % 12] * n, max_length=60, default="0"),
    "to_html": lambda n: comment_text.to_html(f"<b>{n} https://a.example/{n}\n\n{WORDS[n % 12]}"),
    "find_first": lambda n: rule_matching.find_first(
        [((f"{WORDS[n % 12]}*\n*{n % 5}",), f"{WORDS[n % 12]}s x{n % 5}")], Budget()
    ),
    "stylesheet": lambda n: accent_colour.stylesheet_url(),
}


@pytest.mark.parametrize("name", CALLS)
def test_threads_get_what_one_thread_gets(name, settings):
    settings.ACCENT = ["#0d5547", "#82cdb4"]
    call, threads = CALLS[name], 4
    expected = [call(number) for number in range(60)]
    with many_switches():
        results = in_threads(threads, lambda _thread: [call(number) for number in range(60)])
    assert results == [expected] * threads


def test_a_cached_index_of_patterns_is_the_same_after_use():
    rules = ("buy now\n*coin*",)
    before = repr(vars(rule_matching.index_patterns(rules)))
    rule_matching.find_first([(rules, "Buy now, bitcoins")], Budget())
    assert repr(vars(rule_matching.index_patterns(rules))) == before
    assert isinstance(rule_matching.index_patterns, functools._lru_cache_wrapper)
