import pytest
from django.utils import translation

from common.bounded_counts import MOST, Bounded


@pytest.mark.parametrize(
    ("number", "language", "shown"),
    [
        (0, "en", "0"),
        (MOST, "en", "1,000"),
        (MOST + 1, "en", "1,000+"),
        (MOST + 1, "fr", "1\xa0000+"),
    ],
)
def test_a_number_says_where_there_are_more(number, language, shown):
    with translation.override(language):
        assert str(Bounded(number)) == shown


def test_a_number_can_be_counted_with():
    assert Bounded(MOST + 1) == MOST
    assert not Bounded(0)
