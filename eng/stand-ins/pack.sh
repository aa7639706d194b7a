#!/usr/bin/env bash
# Builds the feed from the sources beside it:
#   eng/stand-ins/pack.sh           writes feed/*.nupkg and forgets what NuGet has cached of them
#   eng/stand-ins/pack.sh --check   packs elsewhere and says which packages of the feed differ in their contents
set -euo pipefail
cd "$(dirname "$0")"

feed="$PWD/feed"
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT

# In the order of their dependencies, which only matters to a reader: each project builds what it refers to.
for project in */*.csproj; do
  dotnet pack "$project" -c Release -v quiet --nologo -p:StandInFeed="$out"
done

# What a package holds, without the parts that name the moment or the machine.
contents() {
  local dir
  dir="$(mktemp -d)"
  unzip -q "$1" -d "$dir"
  rm -rf "$dir/package" "$dir/_rels" "$dir/[Content_Types].xml"
  (cd "$dir" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
  rm -rf "$dir"
}

if [ "${1:-}" = --check ]; then
  status=0
  for name in $(ls "$out" "$feed" | grep nupkg | sort -u); do
    if [ ! -f "$out/$name" ] || [ ! -f "$feed/$name" ] || ! diff <(contents "$feed/$name") <(contents "$out/$name"); then
      echo "feed/$name differs from its sources: run eng/stand-ins/pack.sh" >&2
      status=1
    fi
  done
  exit $status
fi

mkdir -p "$feed"
rm -f "$feed"/*.nupkg
cp "$out"/*.nupkg "$feed"/

# All are version 9999.0.0 for good, so a copy that NuGet has unpacked before would be taken for the new one.
cache="$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')"
for project in */*.csproj; do
  id="$(basename "$project" .csproj)"
  rm -rf "${cache:?}/${id,,}/9999.0.0"
done
