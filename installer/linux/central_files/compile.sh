#!/bin/sh
# Byte code beside the modules, checked against its source at every start. Without room for it the centre works all the same.
here=$(dirname "$(readlink -f "$0")")
exec "$here/runtime/bin/python3.11" -B -m compileall -q -j 0 --invalidation-mode checked-hash \
  "$here/runtime/lib" "$here/runtime/site-packages" "$here/app"
