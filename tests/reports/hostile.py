"""A report in which everything that a target can say is hostile."""

from __future__ import annotations

from dataclasses import replace

from listjobs_conformance.reports.record import JobRecord, Report, RequestRecord, Result

HOSTILE = (
    "]]> \x00\x1b[31m\x9f\u2028\u202e\ufffe \\ud800 | a | `b` ```\n```\n~~~\n\n    # c\r\n"
    "<script>alert(1)</script></details><!-- @octocat #1 [x](https://evil.example) "
    "https://evil.example www.evil.example me@evil.example $x$ %0A %25 \\| \\\n"
    "::error title=x::y\n::add-mask::a\n##[error]z\n- [ ] & &amp; &#64; " + "`" * 9 + "\n\\"
)

LONE = HOSTILE + "\ud800"
"""With half a character, which no file can hold as it is."""


def hostile(report: Report, text: str = HOSTILE) -> Report:
    """The report with the text wherever words of a target's stand."""
    return replace(
        report,
        target={**report.target, "name": text, "implementation": text},
        results=tuple(_hostile(result, text) for result in report.results),
    )


def _hostile(result: Result, text: str) -> Result:
    violation = result.violation
    return replace(
        result,
        reason=text,
        waiver=result.waiver and text,
        violation=violation
        and replace(
            violation,
            message=text,
            expected=text,
            actual=text,
            jobs=(JobRecord(text, "phantom", 1),),
            population=(
                {
                    "jobId": text,
                    "status": text,
                    "targetSelection": text,
                    "targets": [text],
                    "namespaceId": text,
                },
            ),
            requests=(RequestRecord(text, text, decisive=True),),
            curl=text,
        ),
    )
