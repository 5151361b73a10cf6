"""The life of a gate in somebody's project, with the package installed from its wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.matrix

ROOT = Path(__file__).parents[2]

BACKEND = '''
from moto.moto_server.werkzeug_app import create_backend_app
import orjson

moto, admin = create_backend_app("iot"), create_backend_app("moto_api")
FIXED = {fixed!r}
BROKEN = {broken!r}


def app(environ, start_response):
    """moto, with a filter mended or a listing broken on top."""
    if environ["PATH_INFO"].startswith("/moto-api/"):
        return admin(environ, start_response)
    if environ["REQUEST_METHOD"] != "GET" or environ["PATH_INFO"] != "/jobs":
        return moto(environ, start_response)
    answered = []
    body = b"".join(moto(environ, lambda *said: answered.extend(said)))
    status, headers = answered[:2]
    if status.startswith("200"):
        document = orjson.loads(body)
        if FIXED:
            wanted = dict(p.split("=") for p in environ["QUERY_STRING"].split("&") if "=" in p)
            kept = wanted.get("targetSelection")
            document["jobs"] = [
                job for job in document["jobs"] if kept in (None, job["targetSelection"])
            ]
        if BROKEN:
            document["jobs"] = [job | {{"createdAt": "today"}} for job in document["jobs"]]
        body = orjson.dumps(document)
        headers = [(n, v) for n, v in headers if n.lower() != "content-length"]
        headers.append(("Content-Length", str(len(body))))
    start_response(status, headers)
    return [body]
'''


class Project:
    """A folder with a backend and an environment of its own."""

    def __init__(self, folder: Path, python: Path) -> None:
        self.folder = folder
        self._python = python
        self.backend()

    def backend(self, fixed: bool = False, broken: bool = False) -> None:
        (self.folder / "backend.py").write_text(BACKEND.format(fixed=fixed, broken=broken))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
        return subprocess.run(
            [self._python, "-m", *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            env=kept,
        )

    @contextmanager
    def serving(self, broken: bool) -> Iterator[str]:
        """The backend on a socket."""
        self.backend(broken=broken)
        server = subprocess.Popen(
            [self._python, "-c", SERVE], cwd=self.folder, stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.kill()
            server.communicate()

    def gate(self, *more: str) -> subprocess.CompletedProcess[str]:
        return self.run("listjobs_conformance", "run", *GATE, *more)


SERVE = """
from wsgiref.simple_server import make_server
from backend import app

server = make_server("127.0.0.1", 0, app)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
"""

GATE = (
    *("wsgi:backend:app", "--reset", "/moto-api/reset", "--budget", "quick"),
    *("--only", "filter/*", "--only", "summary/timestamps"),
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("project")
    wheels, source = folder / "wheels", folder / "source"
    # Building leaves things in its folder: not here.
    unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("conformance", "reports", "schemas", "strategies"):
        shutil.copytree(ROOT / name, source / name, ignore=unwanted)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", wheels, source],
        check=True,
        capture_output=True,
    )
    own = folder / "venv"
    venv.create(own, with_pip=False)
    (site,) = own.glob("lib/python*/site-packages")
    (wheel,) = wheels.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(site)
    # What the package depends on is there already; the source tree is not on this path.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    place = folder / "theirs"
    place.mkdir()
    return Project(place, own / "bin" / "python")


def test_the_life_of_a_gate(project: Project) -> None:
    first = project.gate("--write-waivers", "known.toml", "--output", "first")
    assert first.returncode == 1, first.stderr

    gate = project.gate("--waivers", "known.toml")
    assert gate.returncode == 0, gate.stdout
    assert "4 waived" in gate.stdout

    project.backend(fixed=True)
    fixed = project.gate("--waivers", "known.toml")
    assert fixed.returncode == 1
    assert "filter/target-selection: take the waiver away" in fixed.stdout

    project.backend(broken=True)
    broken = project.gate("--waivers", "known.toml", "--output", "broken")
    assert broken.returncode == 1
    assert re.search(r"^\d+ summary/timestamps", broken.stdout, re.MULTILINE)

    case = "broken/cases/summary.timestamps.listjobs.json"
    where = ("--target", "wsgi:backend:app", "--reset", "/moto-api/reset")
    again = project.run("listjobs_conformance", "replay", case, *where)
    assert again.returncode == 1, again.stderr
    project.backend()
    assert project.run("listjobs_conformance", "replay", case, *where).returncode == 0

    script = project.run("listjobs_conformance", "replay", "--script", case)
    (project.folder / "show.py").write_text(script.stdout)
    with project.serving(broken=True) as url:
        shown = project.run("show", url)
    assert (shown.returncode, shown.stdout.splitlines()[-1]) == (1, "the defect shows")
    with project.serving(broken=False) as url:
        assert project.run("show", url).returncode == 0
