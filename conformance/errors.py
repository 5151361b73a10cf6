"""What ends a run, an example or a command before its end, each with a sentence that says why.

One base for mistakes of the user's, so that every way in ends them alike: the sentence, and exit
status 2. The rest is the target's doing, and becomes a verdict.
"""

from __future__ import annotations


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
