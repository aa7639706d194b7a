#!/bin/sh
# Posts tasks to a real server, makes images again, kills the server again and again, and checks the results from outside. Some users have few credits;
# now and then the disk is full and RunwayML is down for a while.
#   eng/chaos.sh [--kills N] [--seconds N] [--seed N]
# Prints one line of figures; exits 1 on any violation, with the data kept. Takes about 2 s per kill,
# and at least the given seconds.
set -eu
cd "$(dirname "$0")/.."
dotnet build -c Release -v q --nologo ScenarioFunctions.Chaos >&2
exec dotnet ScenarioFunctions.Chaos/bin/Release/net10.0/ScenarioFunctions.Chaos.dll storm \
    --server ScenarioFunctions.Local/bin/Release/net10.0/ScenarioFunctions.Local.dll "$@"
