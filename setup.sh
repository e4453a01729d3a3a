#!/bin/sh
# Everything Manfaz needs on a fresh Debian or Ubuntu: system libraries, .venv, hash-locked packages.
#   sh setup.sh         to work on it: run, test, demo
#   sh setup.sh --run   only what the counter and the centre need to run
#   sh setup.sh --devices   that, and what a camera and a scanner need (420 MB more)
#   sh setup.sh --build     to work on it, and to build and try what is handed out (make installers)
#   sh setup.sh --windows   to work on it, and to try the Windows product under wine (make test-windows)
#   sh setup.sh --second    a second set, in .venv-second, with another Python; where there is none it says so
#   PYTHON=/usr/bin/python3 sh setup.sh   with this Python and no other
# Run it as often as you like; when nothing is missing it takes about a second.
set -eu
cd "$(dirname "$0")"

# a|b: the same library under its newer and older name (the 64-bit-time renaming of 2024)
RUN_APT="ca-certificates libgl1 libegl1 libfontconfig1 libfreetype6 libglib2.0-0t64|libglib2.0-0 libdbus-1-3
  libx11-6 libx11-xcb1 libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1
  libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-util1 libxcb-xkb1 libgssapi-krb5-2 libcups2t64|libcups2
  fontconfig dbus-daemon gnome-keyring"
DEVICES_APT="libpulse0 sane-utils libsane1|libsane"
TEST_APT="make xvfb xauth xdotool x11-utils x11-xkb-utils xkb-data poppler-utils postgresql chromium|chromium-browser libatomic1
  util-linux strace tcc tesseract-ocr at-spi2-core"
BUILD_APT="mmdebstrap patchelf binutils dpkg nsis osslsigncode faketime"
WINDOWS_APT="wine wine64 nsis osslsigncode"

venv=.venv
case "${1:-}" in
  --second) venv=.venv-second apt_wanted="$RUN_APT $DEVICES_APT $TEST_APT" lock=requirements-dev.lock ;;
  "") apt_wanted="$RUN_APT $DEVICES_APT $TEST_APT" lock=requirements-dev.lock ;;
  --build) apt_wanted="$RUN_APT $DEVICES_APT $TEST_APT $BUILD_APT" lock=requirements-dev.lock ;;
  --run) apt_wanted="$RUN_APT" lock=requirements.lock ;;
  --devices) apt_wanted="$RUN_APT $DEVICES_APT" lock=requirements-devices.lock ;;
  --windows) apt_wanted="$RUN_APT $DEVICES_APT $TEST_APT $WINDOWS_APT" lock=requirements-dev.lock ;;
  *) echo "usage: sh setup.sh [--run|--devices|--build|--windows|--second]" >&2; exit 2 ;;
esac

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

apt_missing() {  # of the names given, those with no alternative installed
  installed=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package} \n' | sed -n 's/^ii */ /p')
  for wanted in "$@"; do
    for name in $(echo "$wanted" | tr '|' ' '); do
      case "$installed" in *" $name "*) continue 2 ;; esac
    done
    echo "$wanted"
  done
}

apt_lists() {  # fresh, once; and who may do it
  if [ "$(id -u)" = 0 ]; then as_root=""
  elif command -v sudo >/dev/null 2>&1; then as_root="sudo"
  else die "not root and no sudo. Ask an administrator to install: $*"; fi
  [ -n "${apt_updated:-}" ] || { say "reading the package lists"; $as_root apt-get update -qq; apt_updated=1; }
}

apt_install() {
  apt_lists "$@"
  chosen=""
  for wanted in "$@"; do
    pick=""
    for name in $(echo "$wanted" | tr '|' ' '); do
      [ -n "$pick" ] || ! apt-cache show "$name" >/dev/null 2>&1 || pick=$name
    done
    chosen="$chosen ${pick:-${wanted%%|*}}"
  done
  say "installing:$chosen"
  # shellcheck disable=SC2086 # a list of names
  log=$(mktemp)
  # shellcheck disable=SC2086 # a list of names
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $chosen >"$log" 2>&1 \
    || { cat "$log" >&2; rm -f "$log"; die "apt-get could not install these"; }
  rm -f "$log"
}

find_python() {
  for name in ${PYTHON:-/usr/bin/python3.11 /usr/bin/python3.12 /usr/bin/python3.13 python3.11 python3.12 python3.13 python3}; do
    if command -v "$name" >/dev/null 2>&1 && "$name" -c \
      'import sys, venv, ensurepip; mine = sys.version_info[:2]
sys.exit("%d.%d" % mine == sys.argv[1] or not (3, 11) <= mine <= (3, 13))' "$first" 2>/dev/null
    then echo "$name"; return; fi
  done
}

again() {  # a registry or a line may hiccup
  for pause in 2 5 15 end; do
    "$@" && return
    [ "$pause" != end ] || return 1
    say "failed; trying again in $pause s"; sleep "$pause"
  done
}

if command -v dpkg-query >/dev/null 2>&1; then
  # shellcheck disable=SC2086
  missing=$(apt_missing $apt_wanted)
  # shellcheck disable=SC2086
  [ -z "$missing" ] || apt_install $missing
else
  say "no dpkg here: install the counterparts of these yourself if Qt complains:" $RUN_APT
fi

first=""
[ "$venv" = .venv ] || first=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
python=$(find_python)
if [ -z "$python" ] && [ "$venv" != .venv ]; then say "no second Python beside $first (3.11 to 3.13)"; rm -rf "$venv"; exit 0; fi
if [ -z "$python" ] && command -v apt-get >/dev/null 2>&1; then apt_install python3-venv; python=$(find_python); fi
[ -n "$python" ] || die "Python 3.11, 3.12 or 3.13 with venv is needed, and none was found"

# Two programs of Debian's that try the alert rules of the centre (32 MB to fetch, 170 MB here). Unpacked, not installed:
# the package would start a service of its own, and bring the libraries of a page that nobody opens.
rules_wanted=""
[ "$lock" != requirements-dev.lock ] || [ "$venv" != .venv ] || rules_wanted="promtool prometheus"
rules_there() { for name in $rules_wanted; do [ -x "$venv/bin/$name" ] || return 1; done; }

unpack_rules() {
  work=$(mktemp -d)
  for name in $rules_wanted; do
    [ ! -x "$venv/bin/$name" ] || continue
    if found=$(command -v "$name"); then ln -sf "$found" "$venv/bin/$name"; continue; fi
    # Debian 12 and Ubuntu have promtool inside the other package.
    (cd "$work" && apt-get download -qq "$name" >/dev/null 2>&1) || continue
    dpkg-deb --fsys-tarfile "$work/${name}"_*.deb | tar -x -C "$work" ./usr/bin || continue
    mv "$work"/usr/bin/prom* .venv/bin/
  done
  rm -rf "$work"
  rules_there
}

sum=$(cat "$lock" pyproject.toml setup.sh | sha256sum | cut -d' ' -f1)
if [ -x $venv/bin/python ] && [ "$(cat $venv/.setup-stamp 2>/dev/null)" = "$sum $PWD" ] && rules_there; then
  echo "setup ok"; exit 0
fi

rm -f $venv/.setup-stamp
if ! $venv/bin/python -c "" 2>/dev/null; then
  say "making $venv with $("$python" --version)"
  rm -rf $venv; "$python" -m venv $venv
fi
uv_pin=$(sed -n '/^uv==/,/[^\\]$/p' requirements-dev.lock)
version=$(echo "$uv_pin" | sed -n 's/^uv==\([0-9.]*\).*/\1/p')
if [ "$($venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$version" ]; then
  say "fetching uv $version"
  echo "$uv_pin" >$venv/uv.lock
  again $venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r $venv/uv.lock \
    || die "uv could not be fetched"
fi
if ! rules_there; then
  say "fetching $rules_wanted"
  if command -v dpkg-deb >/dev/null 2>&1; then
    unpack_rules || { apt_lists "$rules_wanted"; again unpack_rules; } || die "the package prometheus could not be fetched"
  else unpack_rules || say "no dpkg here: put promtool and prometheus on the PATH yourself, or their tests fail"; fi
fi
say "fetching the packages of $lock"
again $venv/bin/uv pip sync -q --python $venv/bin/python --require-hashes "$lock" || die "packages could not be fetched"
if [ "$lock" != requirements-dev.lock ]; then  # no build tool there: the folder itself on the path serves
  pwd >"$($venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/manfaz.pth"
else
  $venv/bin/uv pip install -q --python $venv/bin/python --no-deps --no-build-isolation --no-index -e .
fi
$venv/bin/python -c "import PySide6.QtWidgets, sqlcipher3, sqlmodel, keyring, kiosk" \
  || die "the packages are there but do not load: a system library is missing (see the line above)"
echo "$sum $PWD" >$venv/.setup-stamp
echo "setup ok"
