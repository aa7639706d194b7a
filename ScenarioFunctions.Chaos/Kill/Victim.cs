using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Local.Hosting;

namespace ScenarioFunctions.Chaos.Kill;

/// <summary>An embedded host that saves one scenario and kills itself at the point in the environment variable.</summary>
internal static class Victim
{
    /// <param name="bodyFile">The body to post.</param>
    /// <param name="key">Its Idempotency-Key.</param>
    /// <param name="cancel">Whether to cancel while the last image is made, which should then take long.</param>
    /// <returns>The exit code 0, if the process reaches the end.</returns>
    public static async Task<int> RunAsync(string bodyFile, string key, bool cancel)
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
