#!/bin/sh
# Manfaz @VERSION@ · منفذ: installs itself for the user who runs it, without root.
#   sh manfaz-@VERSION@.run            install, or upgrade what is there
#   sh manfaz-@VERSION@.run --remove   take the program away; the shop's data stays
#   sh manfaz-@VERSION@.run --check    is this file whole?
# It needs sh, tail, head, tar, gzip, sha256sum, flock: what every Debian and Ubuntu has. Everything that takes room
# happens in a new folder and under other names; only when that is proved does the link `manfaz` point to it, by a
# rename. Whatever stops it, the version before stays.
set -eu
umask 022
export LC_ALL=C  # what tools say is read here; our own words are bytes
VERSION='@VERSION@' HEAD_BYTES=@HEAD_BYTES@ PAYLOAD_BYTES=@PAYLOAD_BYTES@ SHA256='@SHA256@' NEEDED_KB=@NEEDED_KB@
LIBC_MINOR=@LIBC_MINOR@ NAME='manfaz-@VERSION@-@SHORT@'
home=${HOME:?}
opt=$home/.local/opt bin=$home/.local/bin apps=$home/.local/share/applications data=${XDG_DATA_HOME:-$home/.local/share}/manfaz

say() { printf '%s\n%s\n' "$1" "$2"; }
die() { say "manfaz: $1" "منفذ: $2" >&2; exit "${3:-1}"; }

usage() { sed -n '2,5s/^# \{0,1\}//p' "$0"; }

free_kb() { { df -Pk "$opt" 2>/dev/null || df -Pk "$home"; } | awk 'NR == 2 { print $4 }'; }

lacking() {  # something could not be written, in the words of the tool that tried
  case $1 in
    *"No space left"* | *"quota exceeded"*) ;;
    *) die "writing below $home failed: $1
Nothing was changed; what was installed before still works." "تعذّرت الكتابة داخل $home (السبب في السطر أعلاه). لم يتغير شيء، وما كان مثبتًا ما زال يعمل." ;;
  esac
  free=$(free_kb)
  [ "$free" -lt "$NEEDED_KB" ] || die "the disk takes no more files in $opt, though $((free / 1024)) MB are free. Delete files that nobody needs, then try again. Nothing was changed; what was installed before still works." \
    "القرص لا يقبل ملفات أخرى في $opt مع أن المتاح $((free / 1024)) م.ب. احذف ملفات لا يحتاج إليها أحد ثم أعد المحاولة. لم يتغير شيء، وما كان مثبتًا ما زال يعمل." 4
  die "the disk is full: $((free / 1024)) MB free in $opt, $((NEEDED_KB / 1024)) MB needed. Empty the bin, then try again. Nothing was changed; what was installed before still works." \
    "القرص ممتلئ: المتاح في $opt $((free / 1024)) م.ب والمطلوب $((NEEDED_KB / 1024)) م.ب. أفرغ سلة المحذوفات ثم أعد المحاولة. لم يتغير شيء، وما كان مثبتًا ما زال يعمل." 4
}

whole() {
  [ "$(($(wc -c <"$0")))" -eq "$((HEAD_BYTES + PAYLOAD_BYTES))" ] &&
    [ "$(tail -c "+$((HEAD_BYTES + 1))" "$0" | sha256sum | cut -d' ' -f1)" = "$SHA256" ]
}

lock() {
  said=$({ mkdir -p "$opt" && (: >>"$opt/.manfaz.lock"); } 2>&1) || lacking "$said"
  exec 9>>"$opt/.manfaz.lock"
  flock -n 9 || die "another installation of Manfaz is under way. Wait until it has ended." \
    "يجري الآن تثبيت آخر لمنفذ. انتظر حتى ينتهي."
}

versions() {  # the folders that this kind of file made, and no other that a user may have beside them
  hex='[0-9a-f][0-9a-f][0-9a-f][0-9a-f]'
  for found in "$opt"/manfaz-[0-9]*-$hex$hex "$opt"/manfaz-[0-9]*-$hex$hex.[0-9]*; do
    [ ! -d "$found" ] || printf '%s\n' "$found"
  done
}

runs() {  # whether a counter out of that folder is at work: it goes on loading parts of itself until it ends
  real=$(readlink -f "$1")
  for process in /proc/[0-9]*/exe; do
    case $(readlink "$process" 2>/dev/null) in "$real"/*) return 0 ;; esac
  done
  return 1
}

drop() {  # renamed first: half a folder is never taken for a version
  mv -T "$1" "$opt/.manfaz.old.$$"
  rm -rf "$opt/.manfaz.old.$$"
}

current() { readlink "$opt/manfaz" 2>/dev/null || :; }

fit() {
  [ "$(uname -s) $(uname -m)" = "Linux x86_64" ] || die \
    "this computer is $(uname -s) $(uname -m). Manfaz needs a 64-bit PC (x86_64) with Linux." \
    "هذا الجهاز من نوع $(uname -m). يحتاج منفذ إلى جهاز 64 بت (x86_64) بنظام لينكس." 3
  libc=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed -n 's/^glibc 2\.\([0-9]*\).*/\1/p')
  [ -n "$libc" ] || die "no glibc was found here. Manfaz needs Debian 12, Ubuntu 24.04 or newer." \
    "لا توجد مكتبة glibc هنا. يحتاج منفذ إلى دبيان 12 أو أوبونتو 24.04 فأحدث." 3
  [ "$libc" -ge "$LIBC_MINOR" ] || die "this system is too old (glibc 2.$libc; 2.$LIBC_MINOR is needed): Debian 12, Ubuntu 24.04 or newer." \
    "هذا النظام قديم (glibc 2.$libc والمطلوب 2.$LIBC_MINOR): دبيان 12 أو أوبونتو 24.04 فأحدث." 3
  free=$(free_kb)
  [ "$free" -ge "$NEEDED_KB" ] || die "too little space in $opt: $((free / 1024)) MB free, $((NEEDED_KB / 1024)) MB needed. Empty the bin, then try again." \
    "المساحة لا تكفي في $opt: المتاح $((free / 1024)) م.ب والمطلوب $((NEEDED_KB / 1024)) م.ب. أفرغ سلة المحذوفات ثم أعد المحاولة." 4
}

unpack() {  # into $new, proved there
  said=$({ mkdir "$new" && tail -c "+$((HEAD_BYTES + 1))" "$0" | tar -xzf - -C "$new"; } 2>&1) || lacking "$said"
  said=$("$new/runtime/bin/python3.11" -B -c "import PySide6.QtWidgets, PySide6.QtPrintSupport, sqlcipher3" 2>&1) || {
    lacking=$(printf '%s' "$said" | sed -n 's/.*ImportError: \(lib[^:]*\):.*/\1/p')
    die "a library of the system is missing: ${lacking:-$said}. Ask an administrator: sudo apt install libegl1 libgl1 libfontconfig1 libxcb-randr0 libxcb-shape0 libxcb-xfixes0 libglib2.0-0 libdbus-1-3 libcups2 libgssapi-krb5-2" \
      "مكتبة ناقصة في النظام: ${lacking:-راجع السطر أعلاه}. اطلب من المسؤول تشغيل الأمر المكتوب أعلاه." 5
  }
  "$new/compile" || say "manfaz: no byte code was made; it opens more slowly." "منفذ: سيفتح البرنامج أبطأ قليلًا."
}

announce() {  # for the menu and the path, under other names: what takes room is written before anything is switched
  said=$({ mkdir -p "$bin" "$apps" && ln -sfn ../opt/manfaz/manfaz "$bin/.manfaz.new" && ln -sfn "$NAME" "$opt/.manfaz.link" &&
    (entry >"$apps/.manfaz.new"); } 2>&1) || lacking "$said"
}

entry() {
  cat <<DESKTOP
@DESKTOP@
DESKTOP
}

install_it() {
  whole || die "this file is damaged or was copied only in part. Copy it again." \
    "هذا الملف تالف أو لم يكتمل نسخه. انسخه مرة أخرى." 2
  lock
  before=$(current)
  rm -rf "$opt"/.manfaz.new.* "$opt"/.manfaz.old.*  # of one that was cut off
  versions | while read -r old; do [ "$old" = "$opt/$before" ] || runs "$old" || drop "$old"; done
  fit
  [ ! -e "$opt/$NAME" ] || NAME=$NAME.$(date +%s)  # again: whatever is wrong with the one there, this one is whole
  new=$opt/.manfaz.new.$$
  trap 'rm -rf "$new" "$opt/.manfaz.link" "$bin/.manfaz.new" "$apps/.manfaz.new"' EXIT
  trap 'exit 130' HUP INT TERM
  unpack
  announce
  sync -f "$new" 2>/dev/null || sync
  mv -T "$new" "$opt/$NAME"
  mv -fT "$opt/.manfaz.link" "$opt/manfaz"
  mv -fT "$bin/.manfaz.new" "$bin/manfaz"
  mv -fT "$apps/.manfaz.new" "$apps/manfaz.desktop"
  sync -f "$opt" 2>/dev/null || sync
  say "Manfaz $VERSION is installed in $opt/manfaz. Start it from the menu, or: $bin/manfaz" \
    "تم تثبيت منفذ $VERSION في $opt/manfaz. شغّله من القائمة أو بالأمر $bin/manfaz"
}

remove_it() {
  lock
  rm -f "$bin/manfaz" "$apps/manfaz.desktop" "$opt/manfaz" "$bin/.manfaz.new" "$apps/.manfaz.new"
  versions | while read -r old; do drop "$old"; done
  rm -rf "$opt"/.manfaz.new.* "$opt"/.manfaz.old.* "$opt/.manfaz.link"
  rm -f "$opt/.manfaz.lock"
  say "Manfaz was removed. The shop's data stays in $data; nothing of it was deleted." \
    "أُزيل منفذ. بيانات المحل باقية في $data ولم يُحذف منها شيء."
}

case "${1:-}" in
  "") install_it ;;
  --remove) remove_it ;;
  --check) whole || die "this file is damaged." "هذا الملف تالف." 2; say "This file is whole." "الملف سليم." ;;
  --help | -h) usage ;;
  *) usage >&2; exit 64 ;;
esac
exit 0
