using ScenarioFunctions.Local.Cli;
using ScenarioFunctions.Local.Hosting;

var configuration = LocalConfiguration.Read();
return await CliApplication.RunAsync(args, CliEnvironment.OfProcess(
    configuration,
    stopping => ServerCommand.ConnectAsync(configuration, stopping),
    stopping => ServerCommand.ServeAsync(configuration, stopping)));
