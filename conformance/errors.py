"""What ends a run, an example or a command before its end, each with a sentence that says why.

One base for mistakes of the user's, so that every way in ends them alike: the sentence, and exit
status 2. The rest is the target's doing, and becomes a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable


class UserError(Exception):
    """What the user said cannot be used; the text says what, where, and what to do."""


class UsageError(UserError):
    """What was asked for cannot be done; the text says what to do instead."""


class Inconclusive(Exception):
    """An example could not be carried out; the text says why."""


class Setback(Inconclusive):
    """An example was spoilt by something that may not happen again: a connection that was lost, a
    target that was started anew."""


class TargetGone(Exception):
    """Nothing more can be learned of the target; the text says why."""


class RequestLimit(Exception):
    """As many requests as were announced have been sent."""


class CannotBegin(Exception):
    """The target cannot be judged; the text says why."""


LONGEST = 300
"""Characters of what code of somebody else raised that are told."""


def in_words(error: BaseException) -> str:
    """The type of an exception and what it says, in one line that is not too long."""
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}".removesuffix(": ")[:LONGEST]


LOOK_ALIKES = str.maketrans("аеікмнорстухјѕο", "aeikmhopctyxjso")
"""Letters of other alphabets, and those that they are taken for."""


def nearest(name: str, names: Iterable[str], alike: float = 0.5) -> str:
    """A question that names what was probably meant, to be said after it; or nothing.

    ``alike`` says how much of it must be the same, from 0 to 1.
    """
    from difflib import get_close_matches  # Not before somebody is mistaken.

    names, name = list(names), name.translate(LOOK_ALIKES)
    same = [known for known in names if known.rpartition("/")[2] == name]
    if len(same) > 1:
        return f": did you mean {', '.join(same[:-1])} or {same[-1]}?"
    close = get_close_matches(name, names, n=1, cutoff=alike)
    if not close:
        tails = {known.rsplit("/", 1)[-1]: known for known in names if not known.endswith("*")}
        close = [tails[t] for t in get_close_matches(name.rsplit("/", 1)[-1], tails, n=1)]
    return f": did you mean {close[0]}?" if close else ""
