#!/bin/sh
# Runs the whole service, simulated, from seeds: see docs/simulation.md.
#   eng/simulate.sh [--seeds N]  runs seeds 1 to N, on all cores; exits 1 when one fails, and says how to repeat it
#   eng/simulate.sh --seed K     runs one seed and prints everything that happens
set -eu
cd "$(dirname "$0")/.."
dotnet build -c Release -v q --nologo ScenarioFunctions.Chaos >&2
exec dotnet ScenarioFunctions.Chaos/bin/Release/net10.0/ScenarioFunctions.Chaos.dll simulate "$@"
