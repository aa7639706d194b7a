#!/bin/sh
# Records this version's journal, so that tests check that every later version can continue it.
#   eng/record-journal.sh VERSION
# Makes ScenarioFunctions.Tests/Local/Engine/Journals/VERSION/*.db: 9 unfinished tasks of 5 scenes, the
# nth with n - 1 finished steps. Run it once for each release.
set -eu
cd "$(dirname "$0")/.."
target="ScenarioFunctions.Tests/Local/Engine/Journals/$1"
data=$(mktemp -d)
dotnet build -c Release -v q --nologo ScenarioFunctions.Chaos >&2
tool=ScenarioFunctions.Chaos/bin/Release/net10.0/ScenarioFunctions.Chaos.dll
dotnet "$tool" record "$data" || true # it kills itself
dotnet "$tool" fold "$data"
mkdir -p "$target"
cp "$data"/*.db "$target"
rm -r "$data"
