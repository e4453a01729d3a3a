#!/bin/sh
# with_keystore.sh COMMAND...: run it with a Secret Service of its own, unlocked and empty, on a bus of its own.
# The desktop's own keyring and home are neither seen nor touched. Ends what it started, by process number.
set -eu

if [ "${MANFAZ_PRIVATE_BUS:-}" != "$PPID" ]; then
  command -v dbus-run-session >/dev/null && command -v gnome-keyring-daemon >/dev/null \
    || { echo "with_keystore.sh: dbus-daemon and gnome-keyring are needed (make setup)" >&2; exit 1; }
  # Through sh, so that the inner script can tell its own bus (its parent wrote the number) from one it inherited.
  exec dbus-run-session --dbus-daemon="$(dirname "$0")/quiet_bus.sh" -- sh -c 'MANFAZ_PRIVATE_BUS=$$ "$0" "$@"; exit $?' "$0" "$@"
fi
unset MANFAZ_PRIVATE_BUS

room=$(mktemp -d)
daemon=""
leave() {
  code=$?
  trap - EXIT
  # Whoever froze it may have gone without thawing it.
  [ -z "$daemon" ] || { kill "$daemon" && kill -CONT "$daemon" && wait "$daemon"; } 2>/dev/null || true
  rm -rf "$room"
  exit "$code"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

mkdir -m 700 "$room/home" "$room/run"
export HOME="$room/home" XDG_RUNTIME_DIR="$room/run"
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME GNOME_KEYRING_CONTROL SSH_AUTH_SOCK

printf 'only-for-tests' >"$room/password"
gnome-keyring-daemon --unlock --components=secrets --foreground <"$room/password" >"$room/log" 2>&1 &
daemon=$!
export MANFAZ_TEST_KEYSTORE="$daemon"  # its number, for who freezes it
tries=0
until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetNameOwner \
  string:org.freedesktop.secrets >/dev/null 2>&1
do
  tries=$((tries + 1))
  if [ "$tries" -gt 100 ] || ! kill -0 "$daemon" 2>/dev/null; then
    echo "with_keystore.sh: gnome-keyring did not come up:" >&2; cat "$room/log" >&2; exit 1
  fi
  sleep 0.05
done

"$@"
