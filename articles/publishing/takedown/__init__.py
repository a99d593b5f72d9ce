"""Takedowns for legal reasons: the one exception to the rule that editions never change.

A publisher suppresses an edition, a passage or a picture. It is erased from the database, the index
and the storage, in one transaction (files just after it), and a row of history says who did it,
when, of what kind and for what reason. No row holds any of the content.

What is erased follows from the models, so a new column or a new model of this app needs no change
here: every column of words, in every row that belongs to the article.
"""
