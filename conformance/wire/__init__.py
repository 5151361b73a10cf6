"""Builds, signs, sends, times and bounds one HTTP exchange."""

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
