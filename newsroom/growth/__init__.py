"""A newsroom of any size, made up from the words of the demo, to try the site at that size.

`library` has what articles are filed under, `plans` tells what each article is, `articles` and
`comments` write their rows, and `growing` makes all of it, in transactions of a few seconds.
"""
