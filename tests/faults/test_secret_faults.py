"""Faults 68 and 69: what is stored is no code, and a secret is written down nowhere."""

from __future__ import annotations

import io
import json
import os
import pickle
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

PROJECT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.xdist_group("security")
Plainly = Callable[..., Any]


def query(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "warehouse" / "winnow.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


# -- 68: pickles


def test_68(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No flow and no task stores or reads a pickle: results are JSON where there are any."""
    from prefect import Flow, Task
    from prefect.results import ResultRecord
    from prefect.serializers import JSONSerializer, PickleSerializer

    from flows import accept, pipeline, replay, retain, steps
    from flows.telling import quiet_prefect

    made = [
        each
        for module in (steps, pipeline, replay, accept, retain)
        for each in vars(module).values()
        if isinstance(each, Flow | Task)
    ]
    assert len(made) >= 12
    for each in made:
        assert each.result_serializer == "json", each.name
        assert each.persist_result is False, each.name
    monkeypatch.delenv("PREFECT_RESULTS_DEFAULT_SERIALIZER", raising=False)
    quiet_prefect()
    assert os.environ["PREFECT_RESULTS_DEFAULT_SERIALIZER"] == "json"
    assert "PREFECT_RESULTS_DEFAULT_SERIALIZER: json" in (PROJECT / "prefect.yaml").read_text(encoding="utf-8")
    # a pickle that was put where a result is read from is not unpickled
    trap = tmp_path / "sprung"

    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (trap,))

    with pytest.raises(ValueError, match=r"."):
        JSONSerializer().loads(pickle.dumps(Trap()))
    assert not trap.exists()
    assert PickleSerializer().type != ResultRecord.__name__
    for path in (*PROJECT.glob("flows/**/*.py"), *PROJECT.glob("tasks/**/*.py"), *PROJECT.glob("expectations/**/*.py")):
        assert not re.search(
            r"\b(?:import|from) (?:pickle|dill|cloudpickle|shelve|marshal)\b", path.read_text("utf-8")
        ), path


# -- 69: secrets

SECRETS = {
    name: f"{kind}{name}Zq7{number:02d}x9Kd8Vw3Lm"
    for number, (name, kind) in enumerate(
        {
            "user": "", "password": "", "query": "", "nameless": "", "second": "", "path": "", "behindtoken": "", "session": "",
            "fragment": "", "bot": "", "jwt": "eyJhbGciOi", "mixed": "", "header": "", "blocked": "", "raised": "", "redirect": "",
            "malformed": "", "variable": "", "answer": "", "location": "",
        }.items()
    )
}  # fmt: skip
KEYED = """
import os
from tasks.ingest.http import join

def pages(base, client):
    client.secret("X-Api-Key", "HARBOUR_KEY")
    client.secret("X-Block-Key", "block:harbour-key")
    client.secret("X-Third-Key", "env:HARBOUR_THIRD")
    page = client.page(join(base, "keyed"), "keyed.jsonl")
    if os.environ.get("HARBOUR_RAISES"):
        raise RuntimeError(f"request with {client.secrets} to {client.base.geturl()} failed")
    yield page
"""
DRIVER = """
import json, os, sys
from flows.telling import quiet_prefect
quiet_prefect()
from prefect.blocks.system import Secret
Secret(value=os.environ.pop("BLOCK_VALUE")).save("harbour-key")
from flows.cli import cli
codes = []
for args in json.load(sys.stdin):
    os.environ["HARBOUR_RAISES"] = "1" if args.pop(0) else ""
    try:
        cli(args)
    except SystemExit as ended:
        codes.append(ended.code)
print("codes", json.dumps(codes))
"""


class Harbour(BaseHTTPRequestHandler):
    """A feed that wants keys, turns some away, and leads others astray."""

    asked: list[tuple[str, str | None, str | None]] = []  # noqa: RUF012

    def do_GET(self) -> None:
        Harbour.asked.append((self.path, self.headers.get("X-Api-Key"), self.headers.get("X-Block-Key")))
        if self.path == "/robots.txt" or "missing" in self.path:
            self.send_response(404)
        elif "denied" in self.path:
            self.send_response(401)
        elif "astray" in self.path:
            self.send_response(302)
            self.send_header("Location", f"http://169.254.169.254/{SECRETS['redirect']}?key={SECRETS['location']}")
        elif "broken" in self.path:
            self.send_response(500 + 5)
        else:
            self.send_response(200)
        body = json.dumps({"id": "1", "title": "Nurse", "company": "Clinic"}).encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_69(tmp_path: Path) -> None:
    """Twenty secrets in addresses, headers, variables and a Prefect block are in no file that a run leaves, and not said."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Harbour)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"127.0.0.1:{server.server_port}"
    sources = tmp_path / "sources"
    for name in ("keyed", "plain", "denied", "astray", "missing", "broken", "session", "hidden"):
        (sources / name).mkdir(parents=True)
        (sources / name / "source.yml").write_text(
            f"name: {name}\ntitle: made up\nformat: jsonl\nkey: id\ncolumns: {{title: title, company: company}}\n",
            "utf-8",
        )
    (sources / "keyed" / "fetch.py").write_text(KEYED, encoding="utf-8")
    s = SECRETS
    targets = [
        f"keyed=http://{host}/",
        f"plain=http://{s['user']}:{s['password']}@{host}/feed/{s['path']}?api_key={s['query']}&{s['nameless']}&page=2#{s['fragment']}",
        f"denied=http://{host}/denied/token/{s['behindtoken']}?q={s['second']}",
        f"astray=http://{host}/astray/bot12345:{s['bot']}/x",
        f"missing=http://{host}/missing/{s['jwt']}",
        f"broken=http://{host}/broken/{s['mixed']}",
        f"session=http://{host}/feed;jsessionid={s['session']}",
        "hidden=env:HARBOUR_URL",
    ]
    runs = [
        [0, "run", *targets, "--sources", str(sources)],
        [1, "run", targets[0], "--sources", str(sources), "--as-of", "2026-01-01"],
        [0, "run", f"plain=http:/{host}/{s['malformed']}", "--sources", str(sources)],
        [0, "serve", f"plain=http://{host}/{s['answer']}"],
    ]
    home, prefect = tmp_path / "home", tmp_path / "prefect"
    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith("PREFECT")}, "PREFECT_HOME": str(prefect), "WINNOW_HOME": str(home),
        "HARBOUR_KEY": s["header"], "HARBOUR_THIRD": s["raised"], "BLOCK_VALUE": s["blocked"], "HARBOUR_URL": f"http://{host}/hidden?key={s['variable']}",
        "PREFECT_LOGGING_LEVEL": "DEBUG", "WINNOW_LOG_LEVEL": "DEBUG", "PREFECT_LOGGING_TO_API_ENABLED": "true",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", DRIVER], cwd=PROJECT, env=env, input=json.dumps(runs), capture_output=True, text=True, timeout=400,
        check=False,
    )  # fmt: skip
    server.shutdown()
    assert "codes [3, 3, 2, 2]" in done.stdout, done.stdout + done.stderr[-3000:]
    # the secrets were used, where they belong
    assert any(key == s["header"] and block == s["blocked"] for _, key, block in Harbour.asked)
    assert any(s["path"] in path and s["query"] in path for path, _, _ in Harbour.asked)
    assert any(s["variable"] in path for path, _, _ in Harbour.asked)
    for code in ("unauthorized", "ssrf_blocked", "not_found", "missing_file", "secret_in_schedule", "bad_answer"):
        assert code in done.stderr, code
    assert query(home, "SELECT count(*) FROM curated.postings WHERE title = 'Nurse'")[0][0] >= 2
    # and nowhere else
    hits = [("output", name) for name, value in s.items() if value in done.stdout + done.stderr]
    for root in (home, prefect):
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            body = path.read_bytes()
            body += unzstd(body) if body.startswith(b"\x28\xb5\x2f\xfd") else b""
            hits += [
                (str(path.relative_to(tmp_path)), name)
                for name, value in s.items()
                if value.encode() in body + os.fsencode(path)
            ]
    for table in (
        "raw.captures",
        "raw.record_index",
        "audit.runs",
        "audit.batches",
        "audit.checks",
        "curated.postings",
    ):
        text = str(query(home, f"SELECT * FROM {table}"))
        hits += [(table, name) for name, value in s.items() if value in text]
    assert not hits


def unzstd(body: bytes) -> bytes:
    with pa.input_stream(io.BytesIO(body), compression="zstd") as stream:
        return bytes(stream.read())
