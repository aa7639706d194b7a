#!/usr/bin/env bash
# Builds the last release, which this version is compared with: its benchmarks and its server, in Release.
#   eng/last-release.sh FOLDER
# FOLDER must not exist. Exits 77 when this clone does not have the release. Then FOLDER/bin has the programs.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -nE 's/^## \[([0-9][^]]*)\].*/\1/p' CHANGELOG.md | head -n 1)
# The commit that wrote its heading is the release.
release=$(git log -1 --format=%H -S "## [$version]" -- CHANGELOG.md)
[ -n "$release" ] || { echo "the last release is not in the history of this clone"; exit 77; }
mkdir "$1"
git archive "$release" | tar -x -C "$1"
cd "$1"
dotnet build -c Release -v q --nologo ScenarioFunctions.Benchmarks >&2
ln -s ScenarioFunctions.Benchmarks/bin/Release/net10.0 bin
echo "Built $version ($release)."
