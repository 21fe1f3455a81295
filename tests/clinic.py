"""A real HTTP server in the place of a clinic's own system, to which alarms are posted."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Clinic:
    """A server that notes what it is told and answers what it is told to."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.told: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.released = threading.Event()
        clinic = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                clinic.told.append(json.loads(body))
                clinic.headers.append(dict(self.headers))
                status = clinic.answers.pop(0) if clinic.answers else 204
                if status == 0:
                    clinic.released.wait(20)
                    return
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", f"{clinic.url}/elsewhere")
                self.end_headers()

            def do_GET(self) -> None:
                clinic.told.append({"redirected": self.path})

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
