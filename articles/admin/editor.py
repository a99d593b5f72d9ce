"""The rich text editor of the admin: its scripts, its words, and the articles that it can link."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.forms.widgets import Script
from django.http import JsonResponse
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django_prose_editor.fields import ProseEditorField
from django_prose_editor.widgets import ProseEditorWidget, importmap, prose_editor_js
from js_asset import ImportMap, Media

from ..models import Edition

#: The words of the toolbar and of its dialogs, by the names that `editor.js` has for them.
TOOLBAR = {
    "toolbar": _("Tools of the text"),
    "style": _("Style of the paragraph"),
    "paragraph": _("Text"),
    "heading2": _("Heading"),
    "heading3": _("Subheading"),
    "blockquote": _("Quotation"),
    "pull": _("Pull quote"),
    "card": _("Link card"),
    "bold": _("Bold"),
    "italic": _("Italic"),
    "strike": _("Strikethrough"),
    "superscript": _("Superscript"),
    "subscript": _("Subscript"),
    "link": _("Link"),
    "footnote": _("Footnote"),
    "bulletList": _("List"),
    "orderedList": _("Numbered list"),
    "picture": _("Picture"),
    "gallery": _("Gallery"),
    "attachment": _("Attachment"),
    "table": _("Table"),
    "rule": _("Dividing line"),
    "undo": _("Undo"),
    "redo": _("Redo"),
    "shortcuts": _("Shortcuts"),
    "close": _("Close"),
    # The second row, inside a table.
    "addRow": _("Add a row"),
    "addColumn": _("Add a column"),
    "deleteRow": _("Delete the row"),
    "deleteColumn": _("Delete the column"),
    "headerRow": _("Header row"),
    "mergeCells": _("Merge cells"),
    "splitCell": _("Split the cell"),
    "deleteTable": _("Delete the table"),
    # The list of shortcuts has these besides.
    "lineBreak": _("New line in the same paragraph"),
    "deeper": _("Item one level deeper"),
    "higher": _("Item one level higher"),
    "earlier": _("Picture of a gallery one place earlier"),
    "later": _("Picture of a gallery one place later"),
    "asText": _("Paste without any style"),
    "save": _("Save"),
    "toToolbar": _("To the toolbar"),
    "toText": _("Back to the text"),
    "typed": _("At the start of a line"),
    "space": _("space"),
    "keys": {"Shift": _("Shift"), "Enter": _("Enter"), "Tab": _("Tab"), "Escape": _("Esc")},
}
LINK = {
    "title": _("Link"),
    "address": _("Address, or words of an article’s headline"),
    "apply": _("Set the link"),
    "remove": _("Remove the link"),
    "cancel": _("Cancel"),
    "none": _("No public article has these words."),
    "unclear": _("Choose an article, or give a whole address."),
}
FOOTNOTE = {
    "name": _("Footnote"),
    "text": _("Text of the footnote"),
    "remove": _("Delete the note"),
    "done": _("Done"),
}
#: The buttons below a picture of a gallery.
GALLERY = {
    "earlier": _("Earlier"),
    "later": _("Later"),
    "takeOut": _("Take out of the gallery"),
}
#: For each kind of thing that is left out: one of them, and several.
PASTE = {
    "all": _("Left out: %s."),
    "comments": [_("1 comment"), _("%s comments")],
    "deletions": [_("1 deletion"), _("%s deletions")],
    "hidden": [_("1 hidden passage"), _("%s hidden passages")],
    "embeds": [_("1 embedded medium"), _("%s embedded media")],
    "pictures": [
        _("1 picture that is not in the library"),
        _("%s pictures that are not in the library"),
    ],
    "letters": [_("the letters of 1 numbered list"), _("the letters of %s numbered lists")],
    "add": _("Add to the library"),
    "close": _("Close"),
    "picture": _("Picture %s"),
}

#: The offer of a link card, and what became of it; %s is the name of the other server.
CARD = {
    "offer": _("The address stands alone on its line."),
    "make": _("Make a link card"),
    "waiting": _("Asking %s…"),
    "made": _("The card says what %s says of itself. You can type over all of it."),
    "kept": _("The card keeps the words that you typed."),
    "card": _("This is a link card. You can type over all of it."),
    "again": _("Fetch again"),
    "unanswered": _("The site does not answer, or you are signed out. Your text is still here."),
    "slow": _("%s has not been asked yet. Type the card yourself, or fetch again later."),
    "close": _("Close"),
}


ATTACHMENT = {
    "picker": reverse_lazy("admin:articles_attachment_picker"),
    "failed": _("The site does not answer, or you are signed out. Your text is still here."),
    "close": _("Close"),
}

#: The modules that `editor.js` is made of, and that import one another by these names.
MODULES = ("attachments", "cards", "elements", "footnotes", "galleries", "paste", "pasted_notes")


class EditorWidget(ProseEditorWidget):
    """The library's editor, with our toolbar, our dialog for links, and our rules for pasting."""

    @property
    def media(self):
        return Media(
            importmap=importmap
            | ImportMap({f"newsroom/{name}": f"js/writing/{name}.js" for name in MODULES}),
            css={"all": ["css/admin/fields.css"]},
            js=[
                prose_editor_js,
                Script("django_prose_editor/configurable.js", type="module"),
                # The library asks for them only once it runs; so they are there already.
                Script("js/writing/editor.js", type="module"),
            ],
        )

    def get_config(self):
        config = super().get_config()
        options = config["extensions"]
        link = {"words": LINK, "search": reverse_lazy("admin:articles_article_link")}
        strikes = settings.STRIKETHROUGH
        own = {
            "Toolbar": {"words": TOOLBAR},
            "Link": options["Link"] | link,
            "Paste": {"words": PASTE, "keepsStruck": strikes},
            "Strike": {"isOffered": strikes},
            "LinkCard": {"words": CARD, "address": reverse_lazy("admin:articles_article_card")},
            "Attachment": ATTACHMENT,
            "Footnote": {"words": FOOTNOTE, "linkOptions": link, "keepsStruck": strikes},
            "Gallery": options["Figure"] | {"gather": _("Take the pictures (%s)")},
            "Image": options["Image"] | {"words": GALLERY},
            "Surface": {"label": _("Text"), "language": settings.LANGUAGE_CODE},
        }
        library = {
            name: own_options
            for name, own_options in options.items()
            if name not in ("Menu", "NoSpellCheck")
        }
        return config | {"extensions": library | own}


class WritesBodies:
    """Mixin for a ModelAdmin of a model with a body."""

    formfield_overrides = {ProseEditorField: {"widget": EditorWidget}}


class LinksArticles:
    """Mixin for the ModelAdmin of articles: finds those that a text may link to."""

    #: The most articles that are offered at once.
    LINKED = 8

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.articles_to_link))
        return [path("link/", view, name="articles_article_link"), *super().get_urls()]

    def articles_to_link(self, request):
        """Answer the public articles that have the posted `words`, the newest first.

        The words are not in the address, since addresses are logged. The headlines are those that
        readers see, since one of them may become the text of the link.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = request.POST.get("words", "").strip()[:200]
        if not words:
            return JsonResponse({"articles": []})
        found, _distinct = self.get_search_results(request, self.get_queryset(request), words)
        editions = (
            Edition.objects.live()
            .filter(article__in=found.values("pk"))
            .select_related("article")
            .only("headline", "first_published_at", "article__path")
            .order_by("-first_published_at", "-article_id")[: self.LINKED]
        )
        rows = [
            {"headline": edition.headline, "path": edition.article.path} for edition in editions
        ]
        return JsonResponse({"articles": rows})
