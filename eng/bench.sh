#!/usr/bin/env bash
# Measures the service on this machine. Figures of a busy machine say little.
#   eng/bench.sh                runs all benchmarks, in some 10 minutes, and writes the table of docs/scale.md
#   eng/bench.sh --release      compares the engine with the last release, in turn; exits 1 when it is over 20 % slower, and
#                               77 when this clone does not have the release
set -euo pipefail
cd "$(dirname "$0")/.."
dll=ScenarioFunctions.Benchmarks/bin/Release/net10.0/ScenarioFunctions.Benchmarks.dll
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

against_release() {
    # The commit that wrote the newest release's heading is the release.
    local release
    release=$(git log -1 --format=%H -G '^## \[[0-9]' -- CHANGELOG.md)
    [ -n "$release" ] || { echo "skipped: the last release is not in the history of this clone"; exit 77; }
    git archive "$release" | tar -x -C "$work"
    (cd "$work" && dotnet build -c Release -v q --nologo ScenarioFunctions.Benchmarks >&2)
    echo "against $(git log -1 --format='%h of %cs' "$release"):"
    dotnet "$dll" against "$work/$dll"
}

# The same workflow in DBOS, on the same machine, where it is installed.
peer() {
    if [ -d eng/peers/dbos/node_modules ]; then
        eng/peers/dbos/run.sh
    else
        echo "The peer is not measured: 'npm ci --prefix eng/peers/dbos' installs it." >&2
    fi
}

all() {
    {
        printf '| benchmark | what | measured | target |\n|---|---|---|---|\n'
        for benchmark in engine service telemetry images fair large-images studio; do
            dotnet "$dll" "$benchmark" --markdown
        done
        peer
    } | tee "$work/table"
    sed -i -e "/^<!-- eng\/bench.sh -->$/,/^<!-- end -->$/{//!d}" -e "/^<!-- eng\/bench.sh -->$/r $work/table" docs/scale.md
}

dotnet build -c Release -v q --nologo ScenarioFunctions.Benchmarks >&2
case "${1:-}" in
    --release) against_release ;;
    "") all ;;
    *) sed -n '2,6s/^# \?//p' "$0" >&2; exit 2 ;;
esac
