"""`docs/structure.md` agrees with the code, and `tests.structure` finds all imports."""

from pathlib import Path

from tests import structure

SOURCES = {
    "common/__init__.py": '"""Ground."""',
    "common/a.py": "from articles import b",
    "articles/__init__.py": '"""Articles."""',
    "articles/b.py": "from .room import C\nfrom .room.c import c",
    "articles/room/__init__.py": '"""A room."""\nfrom .c import C',
    "articles/room/c.py": "def late():\n    import common.a\ndef ready():\n    import json",
    "articles/migrations/0001.py": "import common.a",
}


def written(folder: Path) -> dict[str, Path]:
    for name, source in SOURCES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return structure.modules(folder)


def test_the_drawing_in_docs_is_what_the_code_says():
    assert structure.DRAWING.read_text(encoding="utf-8") == structure.drawing(), "make structure"


def test_every_room_says_in_a_line_what_it_is_for():
    assert all(" ** " not in line for line in structure.drawing().splitlines())


def test_a_name_taken_from_a_package_is_its_definers(tmp_path):
    known = written(tmp_path)
    assert structure.graph(known)["articles.b"] == {"articles.room.c"}


def test_a_circle_is_seen_through_packages_and_functions(tmp_path):
    known = written(tmp_path)
    found = structure.circles(structure.graph(known))
    assert found == [["articles.b", "articles.room.c", "common.a"]]


def test_an_import_inside_a_function_is_late_but_for_ready(tmp_path):
    assert structure.late_imports(written(tmp_path)) == ["articles.room.c:2"]


def test_a_module_that_says_nothing_is_found(tmp_path):
    found = structure.without_docstring(written(tmp_path))
    assert found == ["common.a", "articles.b", "articles.room.c"]
