#!/usr/bin/env bash
# Packs the embedded host as a .NET tool, installs it from the folder with the package, and saves a scenario with it.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

dotnet pack ScenarioFunctions.Local -o "$folder/packages" -v q -nologo
cp nuget.config "$folder" 2>/dev/null || true
dotnet tool install ScenarioFunctions.Local --tool-path "$folder/tools" --add-source "$folder/packages" --no-http-cache
"$folder/tools/scenario" --help | grep -q 'scenario save'
SCENARIO_DATA_DIR=$folder/data EMULATOR_LATENCY_SECONDS=0 "$folder/tools/scenario" save samples/quiet-morning.json | tee "$folder/output"
grep -q '4 images made' "$folder/output"
