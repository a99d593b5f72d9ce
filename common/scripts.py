"""Scripts of writing, each as a part of a class in a regular expression."""

#: The scripts without spaces between words: Han, kana, Bopomofo; Thai, Lao; Burmese, Khmer; Tai
#: scripts.
WITHOUT_SPACES = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U0001aff0-\U0001b16f\U00020000-\U000323af\u0e00-\u0eff\u1000-\u109f"
    "\ua9e0-\ua9ff\uaa60-\uaadf\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf"
)

#: The stroke that only makes a word of Arabic longer; a letter to Unicode.
TATWEEL = "\u0640"
