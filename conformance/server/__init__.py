"""The reference server: ListJobs and what it takes to fill it, conforming or faulty on request.

It shares no code with the model and the checks that judge it: it would prove nothing otherwise.
"""

from .app import ReferenceServer
from .behaviour import Behaviour
from .catalogue import (
    FAULTS,
    VARIATIONS,
    ConflictingBehaviours,
    UnknownBehaviour,
    behaviour,
    split_names,
)
from .serve import serve, serving

__all__ = [
    "FAULTS",
    "VARIATIONS",
    "Behaviour",
    "ConflictingBehaviours",
    "ReferenceServer",
    "UnknownBehaviour",
    "behaviour",
    "serve",
    "serving",
    "split_names",
]
