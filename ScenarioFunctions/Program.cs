using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Hosting;

try
{
    StandIns.Refuse(typeof(Program).Assembly);

    var builder = FunctionsApplication.CreateBuilder(args);
    builder.ConfigureFunctionsWebApplication();
    builder.Services.AddSaveScenarioService(builder.Configuration);
    await builder.Build().RunAsync();
    return 0;
}
catch (Exception exception) when (exception is SettingsException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
