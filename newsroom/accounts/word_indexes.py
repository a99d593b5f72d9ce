"""The indexes in which administrators search accounts and groups."""

from django.contrib.auth.models import Group, User

from common.search.index import WordIndex


class UserWords(WordIndex):
    model = User
    names = ("username", "first_name", "last_name")
    texts = ("email",)


class GroupWords(WordIndex):
    model = Group
    names = ("name",)


users, groups = UserWords(), GroupWords()
INDEXES = (users, groups)
