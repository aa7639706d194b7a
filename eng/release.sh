#!/usr/bin/env bash
# Builds a release in a new folder: both hosts, their bills of materials, and the checksums of all files.
#   RealSupabase=true eng/release.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir "$1"
folder="$(cd "$1" && pwd)"
version="$(dotnet msbuild ScenarioFunctions.Core -getProperty:Version)"
published="$(mktemp -d)"
trap 'rm -rf "$published"' EXIT

for host in ScenarioFunctions.Local ScenarioFunctions; do
    dotnet publish "$host" -c Release -o "$published/$host"
    cp LICENSE "$published/$host"
    (cd "$published/$host" && zip -qr "$folder/$host-$version.zip" .)
done
(cd supabase && zip -qr "$folder/migrations-$version.zip" migrations)
eng/sbom.sh "$folder"
(cd "$folder" && sha256sum -- * > SHA256SUMS)
