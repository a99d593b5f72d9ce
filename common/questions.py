"""What a page asked the database, to be asked again: told the same, the page is the same.

A page follows from what the database says, from the clock, and from code and settings, which stay
as they are while a process runs. So a page that may have changed need not be made anew to see
whether it has. Whoever has a question that can be asked again notes it here with its answer. The
notes belong to the thread that makes the page; where nobody takes notes, each call does nothing.
"""

import pickle
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b

#: Stands, in the values of a question, for the instant at which it is asked.
NOW = object()

_asked = ContextVar("questions", default=None)


def digest(rows) -> bytes:
    """Return a digest of what the database said; that of other rows is another one.

    Bytes that differ without need would cost no more than a page.
    """
    return blake2b(pickle.dumps(rows), digest_size=16).digest()


class Questions:
    """The questions of one page, in the order in which it asked them."""

    def __init__(self):
        #: Functions with their values, and what they returned.
        self._answers = {}
        #: Whether nothing else was read: no other statement, and no question told two things.
        self._are_all = True
        self.is_asking = False
        #: How many statements belong to the question that is asked now.
        self._allowed = 0
        #: What the clock of readers has said.
        self._instants = set()

    def __bool__(self):
        """Say whether the page follows from these questions alone."""
        return self._are_all

    def __len__(self):
        return len(self._answers)

    def have_the_same_answers(self, at) -> bool:
        """Ask all of them again as at the instant `at`, until one has another answer."""
        return all(
            ask(*(at if value is NOW else value for value in values)) == answer
            for (ask, values), answer in self._answers.items()
        )

    def note(self, ask, values, answer):
        """Note that `ask` with these values, hashable ones, returned `answer`.

        A value is NOW where it was an instant that the clock of readers has said.
        """
        if self._answers.setdefault((ask, values), answer) != answer:
            self._are_all = False

    def note_instant(self, instant):
        self._instants.add(instant)

    def now(self, instant):
        """Return NOW for what the clock of readers has said. Other instants end the matter."""
        if instant not in self._instants:
            self._are_all = False
        return NOW

    @contextmanager
    def asking(self, most=1):
        """Take `most` statements inside this block for those of a question that is noted."""
        self.is_asking, self._allowed = True, most
        try:
            yield
        except BaseException:
            self._are_all = False
            raise
        finally:
            self.is_asking, self._allowed = False, 0

    def statement(self, execute, *statement):
        """Run a statement of the page; for `connection.execute_wrapper`."""
        self._allowed -= 1
        if self._allowed < 0:
            self._are_all = False
        return execute(*statement)


@contextmanager
def noted():
    """Note the questions that are asked inside this block."""
    questions = Questions()
    token = _asked.set(questions)
    try:
        yield questions
    finally:
        _asked.reset(token)


def being_noted() -> Questions | None:
    """Return the questions that this thread notes now; None inside of one, which is whole."""
    asked = _asked.get()
    return None if asked is None or asked.is_asking else asked
