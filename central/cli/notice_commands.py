"""`notice send`: a few words to everybody at the counters of a shop, or of all."""

from __future__ import annotations

from argparse import Namespace
from typing import Final

from central import audit
from central.cli.console import Console
from central.cli.opening import opened
from central.documents import feed
from protocol.errors import Refused
from protocol.wire.feed_items import Bilingual, NoticeItem

LONGEST: Final = 300
"""Characters: what is kept at a counter."""


def send(options: Namespace, console: Console) -> None:
    text = Bilingual(options.text_ar.strip(), (options.text_en or options.text_ar).strip())
    if not text.ar or max(len(text.ar), len(text.en)) > LONGEST:
        raise Refused("bad_notice", most=LONGEST)
    with opened(options) as centre, centre.store.writing() as session:
        if options.shop and session.one("SELECT 1 FROM shop WHERE id = ?", options.shop) is None:
            raise Refused("no_shop", shop=options.shop)
        where, wanted = (" WHERE shop = ?", (options.shop,)) if options.shop else ("", ())
        devices = session.all(f"SELECT id FROM device{where} ORDER BY id", *wanted)  # noqa: S608 - two fixed texts
        for (device,) in devices:
            feed.put(session, device, NoticeItem(text, centre.now_ms()))
        audit.note(session, centre.now_ms(), options.staff, "notice.sent", options.shop or "*", devices=len(devices))
    console.done("notice_sent", devices=len(devices))
