"""`/updates/`: the signed directory of releases, for anybody, to be kept by any cache: it is signed itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, Response

from central.web.responses import Denied, refusal
from protocol.wire import wire

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}", re.ASCII)
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_SHORTLY: Final = "public, max-age=60"
_KINDS: Final = {"metadata": wire.JSON, "targets": "application/octet-stream"}


def serve(app: FastAPI, folder: Path) -> None:
    """Add the path. Files by version or hash never change; a range is answered, so that a broken fetch goes on."""

    def file(request: Request, kind: str, name: str) -> Response:
        del request
        path = folder / kind / name
        if kind not in _KINDS or _NAME.fullmatch(name) is None or not path.is_file():
            raise Denied(refusal(404, "no_such_path"))
        kept = _SHORTLY if name == "timestamp.json" else _FOR_EVER
        return FileResponse(path, media_type=_KINDS[kind], headers={"Cache-Control": kept})

    app.add_api_route("/updates/{kind}/{name}", file, methods=["GET", "HEAD"], include_in_schema=False)
