"""A hub on the loopback address: what `huggingface_hub` asks for a repository's files, and odd answers."""

from __future__ import annotations

import hashlib
import json
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests import small_study
from tests.learning.conftest import small_bert

COMMIT = "0123456789abcdef0123456789abcdef01234567"
NOWHERE = "http://127.0.0.1:9"  # the port that discards: no program listens there
CARD = """---
configs:
- config_name: de
  data_files:
  - {split: train, path: de/train-*}
  - {split: test, path: de/test-*}
---
"""
CORPUS = {"format": "hub", "name": "owner/corpus", "revision": COMMIT, "config": "de",
          "train": "train", "test": "test"}  # fmt: skip
STUDY = {
    "study": "hub", "sources": ["eng"], "targets": ["deu"], "sizes": [2], "seeds": [0], "methods": ["direct"],
    "encoder": {"name": "owner/bert", "revision": COMMIT, "freeze": 2},
    "corpora": {"languages": {"eng": {"format": "embedded", "train": 50}, "deu": CORPUS}},
}  # fmt: skip


@dataclass
class Hub:
    """The repositories that are served, and what was asked.

    Attributes:
        url: For `HF_ENDPOINT`.
        repositories: `models/<owner>/<name>` or `datasets/<owner>/<name>` -> folder of files.
        gated: Repositories whose files want a token; who asks without one is told 401, with one that is not let in 403.
        forbidden: Repositories that the hub, or somebody on the way to it, forbids without a code.
        slow: Seconds before every answer.
        broken: File names whose contents end half-way.
        failing: How many requests are answered with an error of the server before all is well.
        asked: Method and path of every request.
    """

    url: str = ""
    repositories: dict[str, Path] = field(default_factory=dict)
    gated: set[str] = field(default_factory=set)
    forbidden: set[str] = field(default_factory=set)
    slow: float = 0.0
    broken: set[str] = field(default_factory=set)
    failing: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def serve(folder: Path) -> Iterator[Hub]:
    """Serves the small model `owner/bert` and the small data set `owner/corpus` until the end of the block.

    Args:
        folder: For their files.
    """
    hub = Hub()
    for kind, name, make in (("models", "bert", small_bert), ("datasets", "corpus", _corpus)):
        make(folder / name)
        hub.repositories[f"{kind}/owner/{name}"] = folder / name

    class Handler(_Handler):
        state = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def _corpus(folder: Path) -> None:
    (folder / "de").mkdir(parents=True)
    for split, rows in (("train", small_study.POOL), ("test", small_study.SENTENCES)):
        table = pa.table(
            {"tokens": [w.split() for w, _ in rows], "ner_tags": [t.split() for _, t in rows]}
        )
        pq.write_table(table, folder / "de" / f"{split}-00000-of-00001.parquet")
    (folder / "README.md").write_text(CARD)


def _oid(path: Path) -> str:
    return hashlib.sha1(path.read_bytes()).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    state: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        return

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.state.asked.append((self.command, self.path))
        if self.state.slow:
            time.sleep(self.state.slow)
        if self.state.failing:
            self.state.failing -= 1
            return self._error(503, "", "Service Unavailable")
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path).strip("/")
        parts = path.split("/")
        if parts[0] == "api" and len(parts) >= 4:
            return self._api("/".join(parts[1:4]), parts[4:], body)
        kind = "datasets" if parts[0] == "datasets" else "models"
        parts = parts[1:] if kind == "datasets" else parts
        if len(parts) >= 5 and parts[2] == "resolve":
            return self._file(f"{kind}/{parts[0]}/{parts[1]}", parts[3], "/".join(parts[4:]))
        self._error(404, "RepoNotFound", "Repository not found")

    def _folder(self, name: str, revision: str) -> Path | None:
        if name not in self.state.repositories:
            self._error(401, "RepoNotFound", "Repository not found")
        elif name in self.state.forbidden:
            self._error(403, "", "This place is not for you")
        elif not COMMIT.startswith(revision) and revision != "main":
            self._error(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        else:
            return self.state.repositories[name]
        return None

    def _api(self, name: str, rest: list[str], body: bytes) -> None:
        revision = rest[1] if len(rest) > 1 else "main"
        folder = self._folder(name, revision)
        if folder is None:
            return
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        what = rest[0] if rest else "revision"
        if what == "revision":
            short = name.split("/", 1)[1]
            siblings = [{"rfilename": str(path.relative_to(folder))} for path in files]
            facts = {"id": short, "sha": COMMIT, "siblings": siblings, "private": False, "gated": False,
                     "tags": [], "downloads": 0, "likes": 0, "disabled": False}  # fmt: skip
            return self._json(facts)
        entries = [
            {
                "type": "file",
                "path": str(path.relative_to(folder)),
                "size": path.stat().st_size,
                "oid": _oid(path),
            }
            for path in files
        ]
        entries += [
            {"type": "directory", "path": str(path.relative_to(folder)), "size": 0, "oid": "0" * 40}
            for path in sorted(folder.rglob("*"))
            if path.is_dir()
        ]
        if what == "tree":
            inner = "/".join(rest[2:])
            found = [e for e in entries if not inner or e["path"].startswith(inner + "/")]
            if "recursive=true" not in self.path.lower():
                prefix = f"{inner}/" if inner else ""
                found = [e for e in found if "/" not in e["path"].removeprefix(prefix)]
            if inner and not found:
                return self._error(404, "EntryNotFound", f"{inner} does not exist")
            return self._json(found)
        if what == "paths-info":
            text = body.decode()
            wanted = (
                json.loads(text)["paths"]
                if text.startswith("{")
                else urllib.parse.parse_qs(text).get("paths", [])
            )
            return self._json([e for e in entries if e["path"] in wanted])
        self._error(404, "", "Not found")

    def _file(self, name: str, revision: str, inner: str) -> None:
        folder = self._folder(name, revision)
        if folder is None:
            return
        path = folder / inner
        if name in self.state.gated:
            status = 403 if self.headers.get("Authorization") else 401
            return self._error(status, "GatedRepo", f"Access to {name} is restricted.")
        if not path.is_file():
            return self._error(404, "EntryNotFound", "Entry not found", commit=True)
        content = path.read_bytes()
        begin, end, status = 0, len(content), 200
        if (asked := self.headers.get("Range")) and asked.startswith("bytes="):
            first, _, last = asked.removeprefix("bytes=").partition("-")
            begin = int(first or 0)
            end = min(int(last) + 1, end) if last else end
            status = 206
        self.send_response(status)
        if status == 206:
            self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{len(content)}")
        self.send_header("ETag", f'"{_oid(path)}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(end - begin))
        broken = Path(inner).name in self.state.broken
        if broken:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            part = content[begin:end]
            self.wfile.write(part[: len(part) // 2] if broken else part)

    def _json(self, value: Any) -> None:
        content = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _error(self, status: int, code: str, message: str, commit: bool = False) -> None:
        content = json.dumps({"error": message}).encode()
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("X-Error-Message", message)
        if commit:
            self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
