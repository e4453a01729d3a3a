"""The fleet as Prometheus reads it (text format 0.0.4). `manfaz_alert` is 1 for what fires; the rules pass it on."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator, Mapping
from typing import Final

from central import rejected_auth
from central.centre import Centre
from central.fleet import overview
from central.fleet.alerts import alerts
from central.fleet.overview import DeviceRow
from central.store.interface import Session

MEDIA: Final = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
_HELP: Final = {
    "manfaz_counters": "Counters by how they stand.",
    "manfaz_counter_heard_timestamp_seconds": "When a counter was last heard of.",
    "manfaz_counter_unsent": "Entries that a counter had not sent when it was last heard of.",
    "manfaz_counter_unsent_piastres": "Money of those entries.",
    "manfaz_counter_info": "Version, ring and phase as last heard.",
    "manfaz_refused_total": "Requests whose key was not believed, by why.",
    "manfaz_alert": "1 for each thing that somebody must be told of.",
    "manfaz_evaluated_timestamp_seconds": "When all this was computed.",
}


def text(centre: Centre, session: Session) -> str:
    """One exposition. The metrics of a counter keep its last values; how old they are is in the first of them."""
    now = centre.now_ms()
    fleet = overview.device_rows(centre, session)
    samples: dict[str, list[tuple[dict[str, str], float]]] = {name: [] for name in _HELP}
    standing = Tally(one.standing(now).partition(" ")[0] for one in fleet)
    samples["manfaz_counters"] = [({"standing": name}, count) for name, count in sorted(standing.items())]
    for one in fleet:
        for name, labels, value in _of(one):
            samples[name].append((labels, value))
    samples["manfaz_refused_total"] = [({"why": why}, count) for why, count in rejected_auth.totals(session).items()]
    for alert in alerts(centre, session, fleet):
        labels = {
            "alert": alert.name, "severity": alert.severity, "subject": alert.subject, "shop": alert.shop,
            "governorate": alert.governorate, "muted": str(alert.muted).lower(),
        }  # fmt: skip
        samples["manfaz_alert"].append((labels, 1))
    samples["manfaz_evaluated_timestamp_seconds"] = [({}, now / 1000)]
    return "".join(_lines(samples))


def _of(one: DeviceRow) -> Iterator[tuple[str, dict[str, str], float]]:
    labels = {"device": one.name, "shop": one.shop, "governorate": one.governorate}
    yield "manfaz_counter_heard_timestamp_seconds", labels, one.heard_ms / 1000
    yield "manfaz_counter_unsent", labels, one.unsent
    yield "manfaz_counter_unsent_piastres", labels, one.unsent_pt
    said = {"version": one.version, "ring": str(one.health.get("ring") or ""), "phase": one.phase, "state": one.state}
    yield "manfaz_counter_info", labels | said, 1


def _lines(samples: Mapping[str, list[tuple[dict[str, str], float]]]) -> Iterator[str]:
    for name, found in samples.items():
        kind = "counter" if name.endswith("_total") else "gauge"
        yield f"# HELP {name} {_HELP[name]}\n# TYPE {name} {kind}\n"
        for labels, value in found:
            said = ",".join(f'{key}="{value_.translate(_ESCAPES)}"' for key, value_ in labels.items())
            yield f"{name}{{{said}}} {value:.15g}\n" if said else f"{name} {value:.15g}\n"
