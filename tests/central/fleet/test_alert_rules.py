"""The rules for Prometheus, judged by Prometheus' own checker: each alert fires on its series and on no other."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from tests.central.fleet.prometheus import RULES, program

RULE_OF: Final = {
    "shop_silent": "ShopSilent", "area_outage": "AreaOutage", "money_at_risk": "MoneyAtRisk", "clone": "Clone",
    "not_held": "NotHeld", "signature_refused": "SignatureRefused", "key_superseded": "KeySuperseded",
    "erase_heard": "EraseHeard", "id_twice": "IdTwice",
    "rollout_halted": "RolloutHalted", "rollout_stuck": "RolloutStuck", "version_old": "VersionOld",
    "metadata_stale": "MetadataStale", "doctor_stop": "DoctorStop", "incident": "Incident", "backup_old": "BackupOld",
    "mirror_late": "MirrorLate", "day_open": "DayOpen",
    "clock_wrong": "ClockWrong", "chain_parked": "ChainParked", "enrolment_tries": "EnrolmentTries",
    "enrolment_waits": "EnrolmentWaits",
}  # fmt: skip
COVERED: Final = (
    "shop_silent", "doctor_stop", "rollout_stuck", "version_old", "metadata_stale", "backup_old", "mirror_late",
    "day_open",
)  # fmt: skip
"""Those that a graver alert may stand for."""
EVALUATED: Final = {"series": "manfaz_evaluated_timestamp_seconds{instance='a'}", "values": "0+60x60"}
Series = dict[str, str]


def judged(tmp_path: Path, **case: Any) -> str:
    """What promtool says of `case` against our rules; empty where all is as expected."""
    file = tmp_path / "case.yml"
    file.write_text(
        json.dumps({"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": [{"interval": "1m", **case}]})
    )
    done = subprocess.run(
        [program("promtool"), "test", "rules", str(file)], capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def labels(alert: str, **others: str) -> str:
    named = {
        "alert": alert, "severity": "page", "subject": "d1", "shop": "CAI-001", "governorate": "CAI", "muted": "false",
    } | others  # fmt: skip
    return ",".join(f'{name}="{value}"' for name, value in named.items())


def said(alert: str, values: str = "1x60", **others: str) -> Series:
    """What the centre exposes of one alert."""
    return {"series": f"manfaz_alert{{{labels(alert, **{'instance': 'a', **others})}}}", "values": values}


def firing(at: str, *rules: str, **others: str) -> dict[str, Any]:
    """Of all that fires at that time, what is expected: the rules of these alerts and nothing else."""
    expected = [
        {
            "labels": f'ALERTS{{alertname="{RULE_OF.get(one, one)}",alertstate="firing",{labels(one, **others)}}}',
            "value": 1,
        }
        for one in rules
    ]
    return {"expr": 'ALERTS{alertstate="firing"}', "eval_time": at, "exp_samples": expected}


def test_the_checker_finds_nothing() -> None:
    done = subprocess.run(
        [program("promtool"), "check", "rules", "--lint=all", "--lint-fatal", str(RULES)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(RULE_OF) + 2} rules found" in done.stdout


def test_a_wrong_expectation_is_noticed(tmp_path: Path) -> None:
    """The judge itself can say no."""
    assert "FAILED" in judged(tmp_path, input_series=[EVALUATED], promql_expr_test=[firing("5m", "clone")])


@pytest.mark.parametrize("alert", RULE_OF)
def test_an_alert_fires_while_it_is_said_and_no_other(tmp_path: Path, alert: str) -> None:
    """At once; held for five minutes, in which the centre may be started anew; then over."""
    found = judged(
        tmp_path,
        input_series=[EVALUATED, said(alert, "_x2 1x7 stale")],
        promql_expr_test=[firing("1m"), firing("2m", alert), firing("14m", alert), firing("16m")],
    )
    assert found == ""


@pytest.mark.parametrize("alert", COVERED)
def test_what_a_graver_alert_covers_is_quiet(tmp_path: Path, alert: str) -> None:
    muted = said(alert, muted="true")
    assert judged(tmp_path, input_series=[EVALUATED, muted], promql_expr_test=[firing("5m")]) == ""


def test_two_centres_before_one_database_are_one_alert(tmp_path: Path) -> None:
    both = [said("clone"), said("clone", instance="b")]
    assert judged(tmp_path, input_series=[EVALUATED, *both], promql_expr_test=[firing("5m", "clone")]) == ""


def test_a_silence_that_grows_graver_keeps_its_severity(tmp_path: Path) -> None:
    call = said("shop_silent", severity="ticket")
    fires = firing("5m", "shop_silent", severity="ticket")
    assert judged(tmp_path, input_series=[EVALUATED, call], promql_expr_test=[fires]) == ""


def test_the_watchdog_ends_with_what_it_watches(tmp_path: Path) -> None:
    series = {"series": 'manfaz_alert{alert="watchdog",severity="none",muted="false"}', "values": "1x10 stale"}
    named = 'ALERTS{alertname="Watchdog",alertstate="firing",alert="watchdog",severity="none",muted="false"}'
    fires = {"expr": 'ALERTS{alertstate="firing"}', "eval_time": "10m", "exp_samples": [{"labels": named, "value": 1}]}
    over = {**fires, "eval_time": "11m", "exp_samples": []}
    assert judged(tmp_path, input_series=[EVALUATED, series], promql_expr_test=[fires, over]) == ""


def quiet(at: str, *, fires: bool) -> dict[str, Any]:
    expected = [{"labels": 'ALERTS{alertname="AlertingQuiet",alertstate="firing",severity="page"}', "value": 1}]
    return {"expr": 'ALERTS{alertstate="firing"}', "eval_time": at, "exp_samples": expected if fires else []}


@pytest.mark.parametrize(
    ("values", "still", "loud"),
    [("0+60x10 stale", "26m", "29m"), ("0x60", "15m", "19m"), ("_x60", "1m", "3m")],
    ids=["gone", "standing", "never"],
)
def test_alerting_that_falls_quiet_is_an_alarm(tmp_path: Path, values: str, still: str, loud: str) -> None:
    series = {**EVALUATED, "values": values}
    found = judged(
        tmp_path, input_series=[series], promql_expr_test=[quiet(still, fires=False), quiet(loud, fires=True)]
    )
    assert found == ""


def test_one_scrape_that_fails_is_no_alarm(tmp_path: Path) -> None:
    series = {**EVALUATED, "values": "0+60x10 stale _x3 840+60x20"}
    assert (
        judged(tmp_path, input_series=[series], promql_expr_test=[quiet(f"{n}m", fires=False) for n in (12, 20, 30)])
        == ""
    )


def test_what_is_said_names_the_shop_in_both_languages(tmp_path: Path) -> None:
    expected = {
        "exp_labels": {
            "alert": "clone", "severity": "page", "subject": "d1", "shop": "CAI-001", "governorate": "CAI",
            "muted": "false",
        },
        "exp_annotations": {
            "summary": "Two histories from one counter at CAI-001",
            "summary_ar": "تاريخان من جهاز واحد في \u2068CAI-001\u2069",
        },
    }  # fmt: skip
    case = {"eval_time": "5m", "alertname": "Clone", "exp_alerts": [expected]}
    assert judged(tmp_path, input_series=[EVALUATED, said("clone")], alert_rule_test=[case]) == ""


def test_every_rule_speaks_both_languages() -> None:
    text = RULES.read_text()
    rules = text.split("- alert: ")[1:]
    for rule in rules:
        english, arabic = (re.search(rf'^ +{name}: "(.+)"$', rule, re.MULTILINE) for name in ("summary", "summary_ar"))
        assert english is not None, rule
        assert arabic is not None, rule
        assert re.search("[ء-ي]", arabic[1])
        assert re.findall(r"{{ (\S+) }}", english[1]) == re.findall(r"\\u2068{{ (\S+) }}\\u2069", arabic[1])
