#!/usr/bin/env bash
# Measures the service on this machine. Figures of a busy machine say little.
#   eng/bench.sh                      runs all benchmarks, in some 10 minutes, and writes the table of docs/scale.md
#   eng/bench.sh --release [FOLDER]   compares the engine with the last release, in turn, and exits 1 when it is over 20 % slower.
#                                     FOLDER has the release, as eng/last-release.sh builds it
set -euo pipefail
cd "$(dirname "$0")/.."
program=ScenarioFunctions.Benchmarks.dll
built=ScenarioFunctions.Benchmarks/bin/Release/net10.0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

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
        for benchmark in engine start service telemetry images fair large-images studio; do
            dotnet "$built/$program" "$benchmark" --markdown
        done
        peer
    } | tee "$work/table"
    sed -i -e "/^<!-- eng\/bench.sh -->$/,/^<!-- end -->$/{//!d}" -e "/^<!-- eng\/bench.sh -->$/r $work/table" docs/scale.md
}

case "${1:-}" in
    "" | --release) dotnet build -c Release -v q --nologo ScenarioFunctions.Benchmarks >&2 ;;
    *) sed -n '2,6s/^# \?//p' "$0" >&2; exit 2 ;;
esac
if [ $# = 0 ]; then
    all
else
    release=${2:-$work/release}
    [ -d "$release" ] || eng/last-release.sh "$release"
    dotnet "$built/$program" against "$release/bin/$program"
fi
