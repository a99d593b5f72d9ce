import pytest
from django.utils import translation

from common.bounded_counts import COUNT_LIMIT, BoundedCount


@pytest.mark.parametrize(
    ("number", "language", "shown"),
    [
        (0, "en", "0"),
        (COUNT_LIMIT, "en", "1,000"),
        (COUNT_LIMIT + 1, "en", "1,000+"),
        (COUNT_LIMIT + 1, "fr", "1\xa0000+"),
    ],
)
def test_a_number_says_where_there_are_more(number, language, shown):
    with translation.override(language):
        assert str(BoundedCount(number)) == shown


def test_a_number_can_be_counted_with():
    assert BoundedCount(COUNT_LIMIT + 1) == COUNT_LIMIT
    assert not BoundedCount(0)
