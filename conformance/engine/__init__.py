"""The engine: examples are generated, executed and evaluated, and what they show is merged.

It knows requirements, kinds of evidence and scenarios by what they say of themselves, and nothing
of the operation under test: no path, no parameter, no requirement. It puts nothing into words for
a user (``results``) and makes no world (``worlds``).
"""
