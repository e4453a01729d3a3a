#!/bin/sh
# Manfaz's centre · مركز منفذ. Starts what lies beside this file, with its own Python.
here=$(dirname "$(readlink -f "$0")")
: "${MANFAZ_CENTRE_DATA:=/var/lib/manfaz-central}"
export MANFAZ_CENTRE_DATA
exec "$here/runtime/bin/python3.11" -B -m central "$@"
