using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Local.Hosting;

namespace ScenarioFunctions.Chaos.Kill;

/// <summary>An embedded host that saves one scenario, and kills itself where the environment says.</summary>
internal static class Victim
{
    /// <param name="bodyFile">What is posted.</param>
    /// <param name="key">Its Idempotency-Key.</param>
    /// <returns>The exit code, if it lives to see the end: 0.</returns>
    public static async Task<int> RunAsync(string bodyFile, string key)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var options = LocalServerOptions.ForCommand();
        if (configuration[KillPoint.Variable] is { } point)
        {
            options = options with { Replace = services => services.Observe(new KillSwitch(KillPoint.Parse(point))) };
        }

        await using var server = await LocalServer.StartAsync(configuration, options, CancellationToken.None);
        using var client = new TaskClient(server.Address);
        var taskId = await client.PostAsync(await File.ReadAllBytesAsync(bodyFile), key);
        await client.WaitAsync(taskId);
        return 0;
    }
}
