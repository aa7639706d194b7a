#!/usr/bin/env bash
# Lives through an operator's day with real processes: start, load, an update from the last release under load, a search for one
# slow image by metric and trace, a backup, a disaster, a restore, and a user who wants everything deleted.
#   eng/operators-day.sh [FOLDER]
# FOLDER has the last release, as eng/last-release.sh builds it.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
release=${1:-$work/release}
[ -d "$release" ] || eng/last-release.sh "$release"
dotnet build -v q --nologo ScenarioFunctions.Tests >&2
LAST_RELEASE=$(realpath "$release/bin/ScenarioFunctions.Local.dll") ScenarioFunctions.Tests/bin/Debug/net10.0/ScenarioFunctions.Tests \
    -noColor -explicit only -class '*.OperatorsDayTests' -diagnostics | tee "$work/log"
grep -q 'Total: 1, Errors: 0, Failed: 0' "$work/log"
