#!/bin/sh
# Byte code beside the modules, so that the counter opens sooner. It is checked against its source at every start:
# a stale one never runs. Without room for it the program works all the same.
here=$(dirname "$(readlink -f "$0")")
exec "$here/runtime/bin/python3.11" -B -m compileall -q -j 0 --invalidation-mode checked-hash \
  "$here/runtime/lib" "$here/runtime/site-packages" "$here/starter" "$here/app"
