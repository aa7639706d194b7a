using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Local.Cli;
using ScenarioFunctions.Local.Hosting;

IConfiguration configuration;
try
{
    configuration = LocalConfiguration.Read();
}
catch (SettingsException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return ExitCodes.Failed;
}

return await CliApplication.RunAsync(args, CliEnvironment.OfProcess(
    configuration,
    (use, stopping) => ServerCommand.ConnectAsync(configuration, use, Console.Error.WriteLine, stopping),
    (confirmRestore, stopping) => ServerCommand.ServeAsync(configuration, confirmRestore, stopping)));
