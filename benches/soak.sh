#!/usr/bin/env bash
# The drop folder on a night of small files and a large one, set beside scrubs of the same
# bytes: throughput, processor time, peak memory.
# usage: benches/soak.sh TELESCRUB [SMALL_FILES LARGE_MB [FOLDER]]
# Both must be at least 70% as fast as the like scrub, and stay below 256 MB.
set -euo pipefail
telescrub=$1 files=${2:-10000} large=${3:-1000}
folder=$(mktemp -d -p "${4:-${TMPDIR:-/tmp}}")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
today=2026-11-23

# Interchanges with numbers of their own, each a file of some 100 KB.
mkdir -p in
"$telescrub" generate --claims $((files * 170)) --claims-per-set 170 --sets-per-group 1 \
    --interchanges "$files" --bad 5 --seed 7 --line-end lf --quiet |
    awk '/^ISA/ { if (file) close(file); file = sprintf("in/n%05d.837", ++n) } { print > file }'
[ "$large" = 0 ] || "$telescrub" generate --claims $((large * 1700)) --bad 5 --seed 8 --out in/zlarge.837 --quiet
megabytes=$(($(cat in/* | wc -c) / 1000000))

# run NAME COMMAND...: milliseconds into time_NAME, processor time and peak kilobytes told.
run() {
    local name=$1 start stop
    shift
    sync
    start=$(date +%s%N)
    "$@" &
    local pid=$! high=0 now processor=0
    while now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do
        high=$now
        processor=$(awk '{ print ($14 + $15) * 10 }' "/proc/$pid/stat" 2>/dev/null || echo "$processor")
        sleep 0.05
    done
    wait "$pid"
    stop=$(date +%s%N)
    local took=$(((stop - start) / 1000000))
    printf -v "time_$name" %d "$took"
    printf '%-14s %6d MB in %7d ms, %6d ms of processor, peak %4d MB\n' \
        "$name" "$megabytes" "$took" "$processor" $((high / 1024))
    [ "$high" -lt $((256 * 1024)) ]
}

# watch NAME LINE: the drop folder with this line of configuration.
watch() {
    mkdir -p drop/inbox
    cp in/* drop/inbox
    printf '[watch]\nroot = "drop"\nsettle_seconds = 1\n%s\n' "$2" > telescrub.toml
    run "$1" "$telescrub" watch --config telescrub.toml --once --quiet --now "$today"
    local claims answered
    claims=$(cat in/* | grep -ao 'CLM\*' | wc -l)
    answered=$(find drop/outbox -name '*.clean.837' -o -name '*.rejects.837' | xargs cat | grep -ao 'CLM\*' | wc -l)
    [ "$claims" = "$answered" ] || { echo "$claims claims in, $answered answered"; exit 1; }
    rm -rf drop
}

run scrub "$telescrub" scrub in --out out --quiet --now "$today"
rm -rf out
watch bare 'accept_duplicates = true
verify = false'
run scrub_proven "$telescrub" scrub in --out out --ledger ledger.db --verify --quiet --now "$today"
rm -rf out ledger.db*
watch proven ''
bare=$((time_scrub * 100 / time_bare)) proven=$((time_scrub_proven * 100 / time_proven))
echo "watch as fast as scrub: $bare%; with ledger and proof, both: $proven%; watch as it comes to scrub without: $((time_scrub * 100 / time_proven))%"
[ "$bare" -ge 70 ] && [ "$proven" -ge 70 ]
