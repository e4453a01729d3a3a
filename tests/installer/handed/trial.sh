#!/bin/sh
# trial.sh PROGRAM: open the counter until its version on trial has been kept or undone, then end it as the session does.
set -eu
"$1" & opened=$!
left=1200
while grep -q '"TRIAL"' "$HOME/.local/share/manfaz/program/pointer" && [ $left -gt 0 ]; do
  left=$((left - 1)); sleep 0.2
done
left=60
while kill -0 $opened 2>/dev/null && [ $left -gt 0 ]; do
  kill -TERM $opened 2>/dev/null || :
  left=$((left - 1)); sleep 1
done
kill -KILL $opened 2>/dev/null || :
