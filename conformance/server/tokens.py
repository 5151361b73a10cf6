"""Opaque page tokens: where a page ended and what the token is valid for, authenticated."""

import binascii
import hashlib
import hmac
from base64 import b64decode, b64encode
from typing import TypeAlias

import orjson

Position: TypeAlias = tuple[object, ...]
"""Where a page ended: the values of the columns that the listing is sorted by."""

CODE_BYTES = 18


class InvalidToken(ValueError):
    """The token was not made with this key."""


def digest(text: str) -> str:
    """Return a short text that stands for a longer one."""
    return hashlib.blake2b(text.encode(), digest_size=9).hexdigest()


def authentication_code(key: bytes, content: bytes) -> bytes:
    """Return the code that proves that the owner of the key made ``content``."""
    return hashlib.blake2b(content, key=key, digest_size=CODE_BYTES).digest()


def seal(key: bytes, binding: str, position: Position) -> str:
    """Return the token for a position: standard base64, so ``+``, ``/`` and ``=`` occur.

    ``binding`` says what the token is valid for.
    """
    content = orjson.dumps((binding, position))
    return b64encode(authentication_code(key, content) + content).decode("ascii")


def unseal(key: bytes, token: str) -> tuple[str, Position]:
    """Return the binding and the position of a token; raise InvalidToken for one not ours."""
    try:
        sealed = b64decode(token, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidToken(token) from None
    # Base64 has spare bits at its end: two texts may decode alike, and we gave only one of them.
    if b64encode(sealed).decode("ascii") != token:
        raise InvalidToken(token)
    code, content = sealed[:CODE_BYTES], sealed[CODE_BYTES:]
    if not hmac.compare_digest(code, authentication_code(key, content)):
        raise InvalidToken(token)
    binding, position = orjson.loads(content)
    return binding, tuple(position)
