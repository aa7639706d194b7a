using ScenarioFunctions.Chaos.Attack;
using ScenarioFunctions.Chaos.Kill;
using ScenarioFunctions.Chaos.Simulation;
using ScenarioFunctions.Chaos.Simulation.Storage;
using ScenarioFunctions.Chaos.Storm;

switch (args)
{
    case ["victim", var bodyFile, var key]:
        return await Victim.RunAsync(bodyFile, key, cancel: false);
    case ["victim", var bodyFile, var key, "cancel"]:
        return await Victim.RunAsync(bodyFile, key, cancel: true);
    case ["victim", var bodyFile, var key, "redo", var scenarioId]:
        return await Victim.RunAsync(bodyFile, key, cancel: false, scenarioId);
    case ["record", var dataPath]:
        await Recording.MakeAsync(dataPath);
        return 1;
    case ["fold", var dataPath]:
        await Recording.FoldAsync(dataPath);
        return 0;
    case ["storm", ..]:
        await using (var storm = new StormRun(StormOptions.Parse(args.AsSpan(1))))
        {
            return await storm.RunAsync();
        }

    case ["attack", var program]:
        return await new AttackRun(Path.GetFullPath(program)).RunAsync();
    case ["serve-full-disk", var seed]:
        return await FullDiskServer.RunAsync(int.Parse(seed));
    case ["simulate", ..]:
        return await SimulateCommand.RunAsync(args[1..]);
    case ["simulate-worker", var first, var count, var step, var defect, var trace]:
        return SeedWorker.Run(
            int.Parse(first), int.Parse(count), int.Parse(step), Enum.Parse<Defect>(defect), bool.Parse(trace));
    default:
        Console.Error.WriteLine(SimulateCommand.Usage + " | storm [--kills N] [--seconds N] [--seed N] [--server DLL] | attack SERVER-DLL | victim BODY-FILE KEY [cancel | redo SCENARIO] | record DATA-FOLDER | fold DATA-FOLDER");
        return 2;
}
