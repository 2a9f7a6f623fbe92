#!/usr/bin/env bash
# The whole scrub beside `edi` merely parsing the same file, each as a process of its own,
# from the page cache, in turns; the best of several rounds counts.
# usage: benches/whole.sh TELESCRUB EDI_PARSE [MB [ROUNDS]]
# EDI_PARSE comes from `cargo build --release --example edi-parse` in this folder. `edi` needs
# ten times the size of the file in memory.
set -euo pipefail
telescrub=$1 edi=$2 megabytes=${3:-200} rounds=${4:-3}
folder=$(mktemp -d -p "${TMPDIR:-/dev/shm}")
trap 'rm -rf "$folder"' EXIT
# A generated claim has some 590 bytes.
"$telescrub" generate --claims $((megabytes * 1700)) --bad 5 --seed 7 --now 2026-11-23 \
    --out "$folder/night.837" --quiet
# The same claims in one single transaction set.
"$telescrub" generate --claims $((megabytes * 1700)) --claims-per-set $((megabytes * 1700)) \
    --bad 5 --seed 7 --now 2026-11-23 --out "$folder/single.837" --quiet

scrub() { # FILE THREADS
    rm -rf "$folder/out"
    "$telescrub" scrub "$folder/$1" --out "$folder/out" --threads "$2" --now 2026-11-23 \
        --no-report --no-acknowledgements --quiet
}
seconds() { # COMMAND...: seconds it takes
    local start=$EPOCHREALTIME
    "$@" >/dev/null || exit 1
    awk -v from="$start" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.3f", to - from }'
}
declare -A best
for _ in $(seq "$rounds"); do
    for what in 'edi' 'scrub night.837 1' 'scrub night.837 2' 'scrub single.837 1' 'scrub single.837 2'; do
        # shellcheck disable=SC2086 # the words of a command
        case $what in
            edi) took=$(seconds "$edi" "$folder/night.837") || exit 1 ;;
            *) took=$(seconds $what) || exit 1 ;;
        esac
        best[$what]=$(awk -v a="${best[$what]:-999999}" -v b="$took" 'BEGIN { print a < b ? a : b }')
    done
done
size=$(stat -c %s "$folder/night.837")
for what in "${!best[@]}"; do
    awk -v what="$what" -v took="${best[$what]}" -v edi="${best[edi]}" -v size="$size" 'BEGIN {
        printf "%-20s %8.2f s %7.1f MB/s %6.2f times edi\n", what, took, size / took / 1e6, edi / took }'
done | sort
