using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Local.Hosting;

namespace ScenarioFunctions.Chaos.Kill;

/// <summary>An embedded host that runs one task and kills itself at the point in the environment variable.</summary>
internal static class Victim
{
    /// <param name="bodyFile">The body to post.</param>
    /// <param name="key">Its Idempotency-Key.</param>
    /// <param name="cancel">Whether to cancel while the last image is made, which should then take long.</param>
    /// <param name="scenarioId">The stored scenario whose images the body makes again; null when it is a new scenario.</param>
    /// <returns>The exit code 0, if the process reaches the end.</returns>
    public static async Task<int> RunAsync(string bodyFile, string key, bool cancel, string? scenarioId = null)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var options = LocalServerOptions.ForCommand();
        if (configuration[KillPoint.Variable] is { } point)
        {
            options = options with { Replace = services => services.Observe(new KillSwitch(KillPoint.Parse(point))) };
        }

        await using var server = await LocalServer.StartAsync(configuration, options, CancellationToken.None);
        using var client = new TaskClient(server.Address);
        var body = await File.ReadAllBytesAsync(bodyFile);
        var taskId = scenarioId is null ? await client.PostAsync(body, key) : (await client.RedoAsync(scenarioId, body, key))!;
        if (cancel)
        {
            var dataPath = configuration["SCENARIO_DATA_DIR"]!;
            await DataFolder.UntilAsync(
                dataPath, data => data.Scenes is [.., { GenerationId: not null }], CancellationToken.None);
            await client.CancelAsync(taskId);
            await DataFolder.UntilAsync(
                dataPath, data => data.Tasks.All(task => task.IsSettled), CancellationToken.None);
        }

        await client.WaitAsync(taskId);
        return 0;
    }
}
