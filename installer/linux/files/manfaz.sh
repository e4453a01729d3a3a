#!/bin/sh
# Manfaz · منفذ. Starts what lies beside this file, wherever that is.
here=$(dirname "$(readlink -f "$0")")
case "${LC_ALL:-${LC_CTYPE:-${LANG:-}}}" in
  *[Uu][Tt][Ff]-8 | *[Uu][Tt][Ff]8) ;;
  *) unset LC_ALL; LC_CTYPE=C.UTF-8; export LC_CTYPE ;; # Qt shows no Arabic without
esac
if [ -z "${QT_QPA_PLATFORM:-}" ] && [ -n "${DISPLAY:-}" ]; then
  QT_QPA_PLATFORM=xcb; export QT_QPA_PLATFORM # on Wayland, too: window places and full screen work there as tested
fi
exec "$here/runtime/bin/python3.11" -B "$here/starter" "$@"
