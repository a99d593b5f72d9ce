"""Takedowns for legal reasons: the one exception to the rule that editions never change.

A publisher suppresses an edition, a passage or a picture. It is erased from the database, the index
and the storage, in one transaction (files just after it). A row of history has the publisher, the
time, the kind and the legal reason. No row holds any of the content.

Every column of words is erased, in every row that belongs to the article. The columns and rows are
found in the models, so a new column or a new model of this app needs no change here.
"""
