"""Snapshots: the whole content of a working copy or an edition as plain values, as JSON holds them.

The keys are the columns of `Content` (`headline`, `section_id`…), the names of its lists (`topics`,
`related`), whose values are primary keys, and `bylines`: the author's key and the role of each
credit, in the order of the byline.
"""

from django.utils.translation import gettext

from common.search.admin import with_details

from ..models import Article, Author, Content, FormerKey
from ..models.former_slug import HasSlug

#: The fields by the keys of a snapshot.
_COLUMNS = {f.attname: Article._meta.get_field(f.name) for f in Content._meta.fields}
LISTS = [field.name for field in Content._meta.many_to_many]
#: The models of which rows may be merged, by the keys of a snapshot.
_MERGED = {
    key: field.related_model
    for key, field in (
        *_COLUMNS.items(),
        *((name, Article._meta.get_field(name)) for name in LISTS),
        ("bylines", Article.bylines.rel.related_model._meta.get_field("author")),
    )
    if field.is_relation and issubclass(field.related_model, HasSlug)
}


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


# --- What was merged since ------------------------------------------------------------------------


def followed(*contents) -> list[dict]:
    """Return snapshots, or parts of them, as if they had been made today.

    A section, topic or author that was merged since is the one that it is part of now.
    """
    named = {model: set() for model in _MERGED.values()}
    for content in contents:
        for name, model in _MERGED.items():
            named[model].update(_keys_in(name, content.get(name)))
    now = FormerKey.objects.followed(named)
    return [_with_keys(content, now) for content in contents] if now else list(contents)


def _keys_in(name, value):
    if name == "bylines":
        return [author for author, _role in value or ()]
    if name in LISTS:
        return value or ()
    return [] if value is None else [value]


def _with_keys(content, now):
    content = {**content}
    for name, model in _MERGED.items():
        former = {key for each, key in now if each is model}
        if former.isdisjoint(_keys_in(name, content.get(name))):
            continue
        value = content[name]
        if name == "bylines":
            content[name] = _credits_now(value, former, now)
        elif name in LISTS:
            content[name] = sorted({now.get((model, key), key) for key in value})
        else:
            content[name] = now[model, value]
    return content


def _credits_now(credits, former, now):
    """Return a byline without the credits that a merge leaves out: see `absorption`."""
    found, merged = [], {}
    for key, role in credits:
        author = now.get((Author, key), key)
        is_former = key in former
        if author not in merged or not (is_former or merged[author]):
            found.append([author, role])
        merged[author] = merged.get(author, False) or is_former
    return found


# --- Writing --------------------------------------------------------------------------------------


def write(article, part):
    """Write `part` of a snapshot into the working copy, and save it.

    What it names may be deleted since: such a section, author, topic, article or picture is left
    out. What was merged is followed.
    """
    part = followed(part)[0].copy()
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


# --- In words -------------------------------------------------------------------------------------


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
