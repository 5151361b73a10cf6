"""Reaching a target: how one is named, opened, paced and closed. And only that.

What stands on it is for ``worlds``, and one exchange with it for ``wire``.
"""
