using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Hosting;
using ScenarioFunctions.Supabase;

if (StandIns.Refusal(typeof(Program).Assembly, typeof(SupabaseSettings).Assembly) is { } refusal)
{
    await StartError.WriteAsync(refusal);
    return 1;
}

try
{
    var builder = FunctionsApplication.CreateBuilder(args).ConfigureFunctionsWebApplication();
    builder.Services.AddSaveScenarioService(builder.Configuration);
    builder.Services.AddWaitingTurns();
    await builder.Build().RunAsync();
    return 0;
}
catch (SettingsException exception)
{
    await StartError.WriteAsync(exception.Message);
    return 1;
}
