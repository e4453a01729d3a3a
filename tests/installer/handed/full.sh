#!/bin/sh
# full.sh DEB: install it while the disk of /opt has 20 MB left; then the version before has to work, from that disk.
set -eu
mkdir /tmp/was
cp -a /opt/. /tmp/was/
mount -t tmpfs -o mode=755,size=2g opt /opt
cp -a /tmp/was/. /opt/
used=$(df -k --output=used /opt | tail -1)
mount -o "remount,size=$((used + 20480))k" /opt
if dpkg --force-unsafe-io --install "$1"; then echo "it was installed all the same"; exit 1; fi
manfaz version
dpkg --verify manfaz
find /opt -name '*.dpkg-new'
dpkg-query -W -f '${Status} ${Version}\n' manfaz
