#!/usr/bin/env bash
# Runs the tests once more as if on another day, in another place: 400 days from now, in a time zone that is almost a
# day away, and in a culture that writes numbers, dates and the letter i in another way. All processes that the tests
# start see the same, a PostgreSQL server included. Left out are those in a browser (Chromium hangs under faketime), and
# those that take long and make their own time: the kills and failures at each act, the seeded runs, the backups under
# load, traces and metrics of real processes, the fairness and size of queues and lists, and the images of 24 MiB.
#   eng/any-day.sh [-method NAME]
# Needs Debian's faketime and a build (dotnet build). Monotonic clocks stay as they are, so waits are as long as ever.
set -eu
cd "$(dirname "$0")/../ScenarioFunctions.Tests"

# The programs run with no culture but the invariant one. In this copy they take the one of the environment.
# The tests look for the Azure host's build in the folder of the same name as their own.
copy=bin/any-day
rm -rf "$copy" "../ScenarioFunctions/$copy"
cp -al bin/Debug/net10.0 "$copy"
cp -al ../ScenarioFunctions/bin/Debug/net10.0 "../ScenarioFunctions/$copy"
sed -i -E 's/("System.Globalization.(Invariant|PredefinedCulturesOnly)": )true/\1false/' \
    {"$copy","../ScenarioFunctions/$copy"}/*.runtimeconfig.json

export TZ=Pacific/Chatham LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8 FAKETIME_DONT_FAKE_MONOTONIC=1
exec faketime -f '+400d' "$copy/ScenarioFunctions.Tests" -noColor \
    -namespace- ScenarioFunctions.Tests.Local.Studio \
    -class- '*.KillBeforeActTests' -class- '*.KillAfterActTests' -class- '*.KillInCancelTests' -class- '*.KillInRedoTests' \
    -class- '*.WebhookKillTests' -class- '*CrashScenarios' -class- '*.FailingDiskTests' -class- '*.FailingDiskInCancelTests' \
    -class- '*.FailingRunwayTests' -class- '*.MutatedPostTests' -class- '*.EngineInterleavingTests' -class- '*.SimulationTests' \
    -class- '*.LargeImagesTests' -class- '*.LateRestartTests' -class- '*.OutageTests' -class- '*.ProcessEndTests' \
    -class- '*.BackupUnderLoadTests' -class- '*.ManyImagesTests' -class- '*.TaskIndexScaleTests' -class- '*.FairnessTests' \
    -class- '*.MetricTests' -class- '*.TraceTests' "$@"
