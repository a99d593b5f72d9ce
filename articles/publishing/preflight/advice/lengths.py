"""The lengths of what search engines and social networks cut."""

from ..findings import finding

#: Characters of a headline. Google's page on the structured data of articles asks for concise ones,
#: since long titles are cut on some devices; 110 is the limit that it named for years.
HEADLINE = 110
#: Characters of a standfirst, which is the description of the page too: two sentences.
DESCRIPTION = 300


def of_headline(prepared):
    if (length := len(prepared.content.headline)) > HEADLINE:
        yield finding("headline_length", length=length, limit=HEADLINE)


def of_description(prepared):
    if (length := len(prepared.content.standfirst)) > DESCRIPTION:
        yield finding("description_length", length=length, limit=DESCRIPTION)
