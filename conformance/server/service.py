"""All operations together, and which request means which: the class that behaviours change."""

import threading
from collections.abc import Callable, Iterable

from .errors import Crash, Refused, not_found
from .exchange import Environ, Request, Response, StartResponse, read_request
from .executions import Executions
from .listing import Listing

RESET_PATH = ("_listjobs", "reset")

# By method, first part of the path, number of parts, and the part that must be literal.
ROUTES: dict[tuple[str, str, int, str], str] = {
    ("GET", "jobs", 1, ""): "list_jobs",
    ("PUT", "jobs", 2, ""): "create_job",
    ("GET", "jobs", 2, ""): "describe_job",
    ("DELETE", "jobs", 2, ""): "delete_job",
    ("PUT", "jobs", 3, "cancel"): "cancel_job",
    ("POST", "jobs", 3, "targets"): "associate_targets",
    ("GET", "things", 1, ""): "list_things",
    ("POST", "things", 2, ""): "create_thing",
    ("GET", "things", 2, ""): "describe_thing",
    ("DELETE", "things", 2, ""): "delete_thing",
    ("GET", "things", 4, ""): "describe_job_execution",
    ("POST", "things", 4, ""): "update_job_execution",
    ("PUT", "things", 5, "cancel"): "cancel_job_execution",
    ("GET", "thing-groups", 1, ""): "list_thing_groups",
    ("POST", "thing-groups", 2, ""): "create_thing_group",
    ("GET", "thing-groups", 2, ""): "describe_thing_group",
    ("DELETE", "thing-groups", 2, ""): "delete_thing_group",
}
BY_LITERAL = {
    ("PUT", "addThingToThingGroup"): "add_thing_to_thing_group",
    ("PUT", "removeThingFromThingGroup"): "remove_thing_from_thing_group",
}


class Service(Listing, Executions):
    """An AWS IoT control plane as far as jobs need one. Every step can be overridden."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        request = read_request(environ)
        with self.lock:
            response = self.handle(request)
        return self.deliver(request, response, start_response)

    def handle(self, request: Request) -> Response:
        """Return the response to a request."""
        try:
            operation = self.route(request)
            if operation is None:
                raise not_found("No operation answers to this method and path.")
            self.settle()
            return operation(request)
        except Refused as refusal:
            return self.refuse(refusal)
        except Crash:
            return self.crash_page()

    def route(self, request: Request) -> Callable[[Request], Response] | None:
        """Return the operation that a method and a path stand for, or None."""
        path = request.path
        length = len(path)
        literal = path[length - 1] if length in (3, 5) else ""
        name = ROUTES.get((request.method, path[0], length, literal))
        if name is None and path[0] == "thing-groups" and length == 2:
            name = BY_LITERAL.get((request.method, path[1]))
        if name is None and request.method == "POST" and path == RESET_PATH:
            return self.answer_reset
        if name is None:
            return None
        operation: Callable[[Request], Response] = getattr(self, name)
        return operation

    def answer_reset(self, request: Request) -> Response:
        """Empty the server: for its users only, no part of the real service."""
        self.reset()
        return self.respond({})
