"""Snapshots: the whole content of a working copy or an edition as plain values, as JSON holds them.

The keys are the columns of `Content` (`headline`, `section_id`…), the names of its lists (`topics`,
`related`), whose values are primary keys, and `bylines`: the author's key and the role of each
credit, in the order of the byline.
"""

from django.utils.translation import gettext

from common.search.admin import with_details

from ..models import Article, Author, Content

#: The fields by the keys of a snapshot.
_COLUMNS = {f.attname: Article._meta.get_field(f.name) for f in Content._meta.fields}
LISTS = [field.name for field in Content._meta.many_to_many]


def columns(content) -> dict:
    """Return the columns of an `Article` or an `Edition`, as the object has them.

    A line ends with one sign: a browser sends two, and an importer may have stored one.
    """
    return {
        name: value.replace("\r\n", "\n") if isinstance(value, str) else value
        for name, value in content.content().items()
    }


def snapshot(content) -> dict:
    """Return the content of an `Article` or an `Edition`, as the database holds its lists."""
    lists = {
        name: sorted(getattr(content, name).order_by().values_list("pk", flat=True))
        for name in LISTS
    }
    return {**columns(content), **lists, "bylines": _credits(content)}


def _credits(content):
    rows = content.bylines.order_by("position", "pk").values_list("author", "role")
    return [list(row) for row in rows]


def write(article, part):
    """Write `part` of a snapshot into the working copy, and save it.

    What it names may be deleted since: such a section, author, topic, article or picture is left
    out.
    """
    part = {**part}
    lists = {name: part.pop(name) for name in LISTS if name in part}
    credits = part.pop("bylines", None)
    for name, value in part.items():
        field = _COLUMNS[name]
        if field.is_relation and not field.related_model.objects.filter(pk=value).exists():
            value = None if field.null else getattr(article, name)
        setattr(article, name, value)
    article.save()
    for name, keys in lists.items():
        rows = getattr(article, name)
        rows.set(rows.model.objects.filter(pk__in=keys))
    if credits is not None:
        _write_bylines(article, credits)


def _write_bylines(article, credits):
    authors = Author.objects.in_bulk([pk for pk, _role in credits])
    credits = [[author, role] for author, role in credits if author in authors]
    if credits == _credits(article):
        return
    article.bylines.all().delete()
    for position, (author, role) in enumerate(credits):
        article.bylines.create(author_id=author, role=role, position=position)


def label(name) -> str:
    """Return the words for a key of a snapshot, such as “headline” for `headline`."""
    if name == "bylines":
        return gettext("byline")
    return str(Article._meta.get_field(name).verbose_name)


def in_words(name, value) -> str:
    """Return the `value` of a key of a snapshot as plain words; the HTML of a body stays HTML."""
    if name == "bylines":
        authors = Author.objects.in_bulk([pk for pk, _role in value])
        names = [(authors.get(pk), role) for pk, role in value]
        return ", ".join(with_details(author or "–", role) for author, role in names)
    if name in LISTS:
        model = Article._meta.get_field(name).related_model
        return ", ".join(map(str, model.objects.filter(pk__in=value)))
    field = Article._meta.get_field(name)
    if field.is_relation:
        return str(field.related_model.objects.filter(pk=value).first() or "")
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return str(dict(field.choices or ()).get(value, value or ""))
