#!/bin/sh
# session.sh COMMAND...: signed in as the shop's account is: a bus, and the keystore that stays in its home, unlocked.
set -eu
XDG_RUNTIME_DIR=$(mktemp -d); export XDG_RUNTIME_DIR
exec dbus-run-session -- sh -euc '
  printf only-for-tests | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1
  "$@"' sh "$@"
