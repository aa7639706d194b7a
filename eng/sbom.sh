#!/usr/bin/env bash
# Writes a software bill of materials (CycloneDX, JSON) for each host into a folder, from what was restored.
#   eng/sbom.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
folder="$1"
version="$(dotnet msbuild ScenarioFunctions.Core -getProperty:Version)"

dotnet tool restore
for host in ScenarioFunctions.Local ScenarioFunctions; do
    dotnet dotnet-CycloneDX "$host/$host.csproj" --recursive --disable-package-restore --output-format Json \
        --set-name "$host" --set-version "$version" --output "$folder" --filename "$host.cdx.json"
    test -s "$folder/$host.cdx.json"
done
