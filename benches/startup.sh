#!/usr/bin/env bash
# How long the program takes from its start to its first answer, policies and code tables
# loaded, and how many bytes of them it carries: benches/startup.sh [telescrub]
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "${1:-target/release/telescrub}")
runs=100

start=$(date +%s%N)
for ((run = 0; run < runs; run++)); do
    "$program" policy show medicare --on 2026-03-02 --code 97110 >/dev/null
done
shown=$((($(date +%s%N) - start) / runs))

start=$(date +%s%N)
for ((run = 0; run < runs; run++)); do
    /bin/true
done
nothing=$((($(date +%s%N) - start) / runs))

echo "from start to answer: $(((shown - nothing) / 1000)) microseconds, a process that does nothing taken off"
echo "code tables in the program: $(cat src/codes/data/* | wc -c) bytes"
echo "policies in the program: $(cat src/policy/data/payers.toml src/policy/data/*/*.toml | wc -c) bytes"
