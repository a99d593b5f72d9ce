"""The lock of an article, so that one person at a time publishes it."""


def lock(article):
    """Lock `article` for this transaction, and reload the columns that publishing writes.

    No other column is reloaded, so the text that an editor has typed stays as it is.
    """
    article.refresh_from_db(
        fields=["stage", "path", "first_published_at", "withdrawal_notice"],
        from_queryset=type(article).objects.select_for_update(),
    )


def lock_all(articles):
    """Lock the articles of a queryset: whoever saves or presses one of them waits."""
    list(articles.select_for_update(no_key=True).order_by("pk").values_list("pk"))
