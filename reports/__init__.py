"""Report writers: a report in a terminal, as a document, as JUnit XML, as Markdown, for GitHub.

They know the report record and nothing else of the project; they decide no verdict.
"""
