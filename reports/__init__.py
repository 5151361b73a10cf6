"""Report writers. They know the report record and nothing else of the project."""
