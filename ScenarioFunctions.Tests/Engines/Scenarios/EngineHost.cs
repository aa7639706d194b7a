using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Api;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Engines.Scenarios;

/// <summary>One engine with all that it needs, on a backend of the test's; it can be killed and started again.</summary>
public abstract class EngineHost : IAsyncLifetime
{
    public const string TaskId = "11111111-2222-4333-8444-555555555555";

    /// <summary>Of a task that makes images again.</summary>
    public const string RedoId = "22222222-2222-4333-8444-555555555555";

    public Backend Backend { get; } = new();

    /// <summary>As of the next start.</summary>
    public RunwaySettings Runway { get; set; } = new() { ApiSecret = "secret" };

    /// <inheritdoc cref="Runway"/>
    public ServiceSettings Service { get; set; } = new();

    /// <inheritdoc cref="Runway"/>
    public WorkflowVersions Versions { get; set; } = WorkflowVersions.OfThisProgram;

    /// <summary>A clock that does not wait.</summary>
    internal ImpatientTime Time { get; } = new(ImageTurn.LookInterval);

    public abstract ITaskEngine Engine { get; }

    public abstract IWebhooks Webhooks { get; }

    public abstract ValueTask InitializeAsync();

    /// <summary>Starts over on what is stored, after <see cref="Backend.Crash"/>.</summary>
    public abstract Task RestartAsync();

    /// <summary>What a timer does every few minutes on Azure, as if all tasks stood still.</summary>
    public virtual Task WakeAsync() => Task.CompletedTask;

    public abstract ValueTask DisposeAsync();

    public Task<TaskSnapshot> StartAsync(int scenes, int parallel = 20) =>
        Engine.StartAsync(TaskId, Input(scenes, parallel), CancellationToken.None);

    public async Task<TaskSnapshot> RunAsync(int scenes, int parallel = 20)
    {
        await StartAsync(scenes, parallel);
        return await EndAsync();
    }

    public Task<TaskSnapshot> RedoAsync(params (int Scene, string Prompt)[] images) => RedoAsync(images, null, null, "1080:1920");

    public async Task<TaskSnapshot> RedoAsync(
        (int Scene, string Prompt)[] images, string? model, long? seed, string size, string taskId = RedoId)
    {
        await StartRedoAsync(images, model, seed, size, taskId);
        return await EndOfAsync(taskId);
    }

    /// <summary>Makes images again of the scenario that <see cref="TaskId"/> has saved, as the API begins it.</summary>
    public Task<TaskSnapshot> StartRedoAsync(
        (int Scene, string Prompt)[] images, string? model = null, long? seed = null, string size = "1080:1920", string taskId = RedoId)
    {
        Assert.Null(Backend.Locked(() => Backend.Versions.Begin([.. images.Select(image => new NewImage(
            ScenarioIds.Scene(taskId, image.Scene), ScenarioIds.Scenario(taskId), taskId, ScenarioIds.Scene(TaskId, image.Scene),
            image.Prompt, null, model, seed))])));
        var scenes = images.Select(image => new Scene { SceneNumber = image.Scene, Resolution = size });
        var input = Input(0, parallel: 1) with
        {
            ScenarioId = ScenarioIds.Scenario(TaskId),
            HasLook = Backend.Locked(() => Backend.Versions.LookOf(ScenarioIds.Scenario(TaskId))) is null ? null : true,
            Scenario = new Scenario(new ScenarioDetails { Title = "A film" }, [.. scenes]),
        };
        return Engine.StartAsync(taskId, input, CancellationToken.None);
    }

    public async Task<TaskSnapshot> EndOfAsync(string taskId)
    {
        TaskSnapshot? task = null;
        await Patience.UntilAsync(
            async () => (task = await Engine.FindAsync(taskId, CancellationToken.None))?.State.IsFinal() == true,
            () => string.Join(", ", Backend.Acts),
            TestContext.Current.CancellationToken);
        return task!;
    }

    /// <summary>Waits until the task has ended.</summary>
    public async Task<TaskSnapshot> EndAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience.Limit);
        try
        {
            await WaitForEndAsync(patience.Token);
        }
        catch (Exception) when (patience.IsCancellationRequested)
        {
            Assert.Fail($"The task has not ended after {string.Join(", ", Backend.Acts)}");
        }

        return (await Engine.FindAsync(TaskId, CancellationToken.None))!;
    }

    public Task UntilAsync(Func<bool> isSo) => Patience.UntilAsync(
        () => Task.FromResult(isSo()), () => string.Join(", ", Backend.Acts), TestContext.Current.CancellationToken);

    public static SaveScenarioInput Input(int scenes, int parallel = 20) => new()
    {
        ShortId = "short-1",
        UserId = "user-1",
        Scenario = new Scenario(
            new ScenarioDetails { Title = "A film", Resolution = "1080:1920" },
            [.. Enumerable.Range(1, scenes).Select(number => new Scene { SceneNumber = number, ImagePrompt = $"Scene {number}" })]),
        CreditsPerImage = 2,
        MaxParallelImages = parallel,
        RequestHash = "hash-1",
    };

    protected abstract Task WaitForEndAsync(CancellationToken cancellationToken);

    /// <summary>The steps on a connection of their own to the backend.</summary>
    protected ServiceCollection NewServices()
    {
        var services = BackendConnection.NewServices(Backend, Time);
        services.AddSingleton(Service);
        services.AddSingleton(Runway);
        services.AddSingleton(Versions);
        services.AddWebhookAttempts();
        return services;
    }
}
