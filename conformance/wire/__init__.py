"""One HTTP exchange: built, signed, sent, timed and bounded.

It knows no operation, repeats nothing that was answered, and judges nothing.
"""

from .calls import CallTransport, Sends
from .recording import BODY_LIMIT, Bounds, Signs, Transport
from .sockets import SocketTransport
from .wsgi import WsgiTransport

__all__ = [
    "BODY_LIMIT",
    "Bounds",
    "CallTransport",
    "Sends",
    "Signs",
    "SocketTransport",
    "Transport",
    "WsgiTransport",
]
