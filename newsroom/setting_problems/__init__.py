"""Problems of settings, one function for each: what makes a value unsafe, in words.

Each function gets the settings and returns the words that follow the name of the variable, such as
“is 0, which …”, or "" where the value is safe. A value that may hold a password is not shown.
`newsroom/unsafe_settings.py` is the table of all of them.
"""
