"""``python -m listjobs_conformance`` is the command."""

from .cli import main

main()
