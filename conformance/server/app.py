"""The reference server as a WSGI application, with whatever behaviours it is to have."""

from collections.abc import Iterable, Sequence

from .catalogue import build_service
from .exchange import Environ, StartResponse


class ReferenceServer:
    """A WSGI application that answers as AWS IoT does, or as the named behaviours make it.

    Each instance has a store of its own and may be called from several threads. Raises
    UnknownBehaviour for a name that is no fault and no variation, and ConflictingBehaviours for
    variations that exclude each other.
    """

    def __init__(self, behaviours: Sequence[str] = ()) -> None:
        self.behaviours = tuple(behaviours)
        self.service = build_service(self.behaviours)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return self.service(environ, start_response)

    def reset(self) -> None:
        """Forget everything, as ``POST /_listjobs/reset`` does."""
        with self.service.lock:
            self.service.reset()
