#!/usr/bin/env bash
# Compiles and lints infra/main.bicep. Fails on any finding, a warning included.
#   eng/bicep.sh
set -euo pipefail
cd "$(dirname "$0")/.."
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT

dotnet restore eng/bicep -v q --nologo >&2
bicep="$(realpath "$(dotnet msbuild eng/bicep/bicep.csproj -getProperty:BicepPath | tr '\\' /)")"
"$bicep" build infra/main.bicep --outfile "$out/main.json" 2>&1 | tee "$out/findings"
"$bicep" lint infra/main.bicep 2>&1 | tee -a "$out/findings"
test -s "$out/main.json"
[ ! -s "$out/findings" ]
