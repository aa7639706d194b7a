using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Functions;
using ScenarioFunctions.Tests.Azure.Engine;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Azure.Functions;

/// <summary><c>RETENTION_DAYS</c> on Azure: a function that a timer calls.</summary>
public sealed class RetentionFunctionsTests : IAsyncLifetime
{
    private readonly DurableEngineHost host = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData(30, 29, true)]
    [InlineData(30, 31, false)]
    [InlineData(null, 3_000, true)]
    public async Task The_timers_function_removes_tasks_that_ended_longer_ago(int? retention, int days, bool stays)
    {
        var ended = await host.RunAsync(2);
        var clients = new DurableClients(TimeProvider.System) { Current = host.Client };
        var settings = new ServiceSettings { Retention = retention is { } kept ? TimeSpan.FromDays(kept) : null };
        var functions = new RetentionFunctions(
            new TaskRetention(
                TestEngine.New(clients, TimeProvider.System), settings, new FakeTimeProvider(ended.UpdatedAt.AddDays(days)),
                NullLogger<TaskRetention>.Instance),
            host.Upkeep,
            clients);

        await functions.RemoveEndedTasksAsync(new TimerInfo(), host.Client, Stop);

        Assert.Equal(stays, await host.Engine.FindAsync(EngineHost.TaskId, Stop) is not null);
    }

    [Fact]
    public void The_timer_calls_it_every_hour()
    {
        var trigger = typeof(RetentionFunctions).GetMethod(nameof(RetentionFunctions.RemoveEndedTasksAsync))!
            .GetParameters()[0].GetCustomAttribute<TimerTriggerAttribute>();

        Assert.Matches(@"^0 \d+ \* \* \* \*$", trigger!.Schedule);
    }
}
