"""One person at a time publishes an article."""


def lock(article):
    """Let nobody else publish `article` in this transaction, and read what the database holds now.

    Only of the columns that publishing writes: what an editor has typed stays as it is.
    """
    article.refresh_from_db(
        fields=["stage", "path", "first_published_at", "withdrawal_notice"],
        from_queryset=type(article).objects.select_for_update(),
    )
