#!/usr/bin/env bash
# How much a still window works: CPU time that the program takes in ten seconds with 200 nodes open and no hand on it.
# Draws on a virtual screen (Xvfb, software rendering). Prints one line as the bench of the canvas does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

nodes=200
folder=$(mktemp -d)
display=":$((90 + RANDOM % 400))"
started=()
finish() {
    for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
    rm -rf "$folder"
}
trap finish EXIT

target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
cargo build --release --bin stratoscope
cargo bench --quiet --bench canvas -- --diagram "$nodes" >"$folder/still.strato.json"

Xvfb "$display" -screen 0 1600x1000x24 +extension GLX +render -noreset >/dev/null 2>&1 &
started+=($!)
sleep 2
HOME="$folder" XDG_DATA_HOME="$folder" DISPLAY="$display" "$target/release/stratoscope" "$folder/still.strato.json" &
program=$!
started+=("$program")
sleep 6

# Fields 14 and 15 are the ticks in user and system mode; the name before them may hold blanks.
ticks() { sed 's/.*) //' "/proc/$program/stat" | awk '{ print $12 + $13 }'; }
before=$(ticks)
sleep 10
after=$(ticks)
echo "idle nodes=$nodes cpu_ms_in_10s=$(((after - before) * 1000 / $(getconf CLK_TCK))) window=xvfb"
