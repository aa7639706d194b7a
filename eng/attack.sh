#!/bin/sh
# Attacks real servers from outside: strangers, users who would like to be others, wrong settings (docs/attacks.md).
#   eng/attack.sh
# Prints one line per attack; exits 1 when one did not hold, with data and logs kept. Takes about half a minute.
set -eu
cd "$(dirname "$0")/.."
dotnet build -c Release -v q --nologo ScenarioFunctions.Chaos >&2
exec dotnet ScenarioFunctions.Chaos/bin/Release/net10.0/ScenarioFunctions.Chaos.dll attack \
    ScenarioFunctions.Local/bin/Release/net10.0/ScenarioFunctions.Local.dll
