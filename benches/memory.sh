#!/usr/bin/env bash
# Peak memory of a scrub on files of two sizes: it must not grow with the input.
# usage: benches/memory.sh TELESCRUB [SMALL_MB LARGE_MB]
set -euo pipefail
telescrub=$1 small=${2:-200} large=${3:-2000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

peak() { # MB: peak kilobytes of a scrub of about so many megabytes
    # A generated claim has some 590 bytes.
    "$telescrub" generate --claims $(($1 * 1700)) --bad 5 --seed 7 --out "$folder/night.837" --quiet
    "$telescrub" scrub "$folder/night.837" --out "$folder/out" --now 2026-11-23 --quiet &
    local pid=$! high=0 now
    while now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do
        high=$now
        sleep 0.02
    done
    wait "$pid"
    rm -rf "$folder/out"
    echo "$high"
}

a=$(peak "$small") b=$(peak "$large")
echo "$small MB: peak $((a / 1024)) MB; $large MB: peak $((b / 1024)) MB"
# At most a tenth more, and under 128 MB.
[ $((b * 10)) -le $((a * 11)) ] && [ "$b" -lt $((128 * 1024)) ]
