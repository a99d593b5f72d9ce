"""Problems of settings: a function for each, which says in words why a value is unsafe.

Each function gets the settings and returns the words that follow the name of the variable, such as
“is 0, which …”, or "" where the value is safe. A value that may hold a password is not shown.
`table` lists all of them; `newsroom/unsafe_settings.py` refuses or warns by it.
"""
