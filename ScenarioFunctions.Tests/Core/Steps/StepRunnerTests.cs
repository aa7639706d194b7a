using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Core.Steps;

public sealed class StepRunnerTests
{
    public static TheoryData<SceneImageOutcome, string> Outcomes => new()
    {
        { new(SceneImageNext.None, SceneStatus.Completed, "/a.png"), "Completed" },
        { new(SceneImageNext.None, SceneStatus.Skipped, Reason: SceneReason.GenerationFailed), "Skipped (GenerationFailed)" },
        { new(SceneImageNext.Wait, SceneStatus.Generating), "to be called again (Wait)" },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task The_line_of_an_image_step_names_its_scene_and_what_came_of_it(SceneImageOutcome outcome, string words)
    {
        using var log = new LogCollector();

        await RunAsync(outcome, Mock.Of<IStepContext>(), Mock.Of<IScenarioStore>(), log);

        var line = Assert.Single(log.Lines);
        Assert.Contains("Task t1: GenerateSceneImage of scene 7 done in ", line, StringComparison.Ordinal);
        Assert.EndsWith($" ms: {words}", line.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_step_that_ends_after_a_cancel_marks_the_scenes_that_are_still_pending(bool isCancelled)
    {
        using var log = new LogCollector();
        var context = new Mock<IStepContext>();
        context.Setup(c => c.IsCancelledAsync(It.IsAny<CancellationToken>())).ReturnsAsync(isCancelled);
        var store = new Mock<IScenarioStore>();
        store.Setup(s => s.ListScenesAsync(It.IsAny<Guid>(), It.IsAny<CancellationToken>())).ReturnsAsync([]);

        await RunAsync(new SceneImageOutcome(SceneImageNext.None, SceneStatus.Completed), context.Object, store.Object, log);

        var scenarioId = ScenarioIds.Scenario("t1");
        var cancelled = SceneState.Cancelled;
        store.Verify(
            s => s.EndPendingScenesAsync(scenarioId, cancelled, It.IsAny<CancellationToken>()),
            isCancelled ? Times.Once : Times.Never);
    }

    /// <summary>Its result may be all that is known of an order.</summary>
    [Fact]
    public async Task A_step_keeps_its_result_when_what_comes_after_it_fails()
    {
        using var log = new LogCollector();
        var context = new Mock<IStepContext>();
        context.Setup(c => c.IsCancelledAsync(It.IsAny<CancellationToken>())).ReturnsAsync(true);
        var store = new Mock<IScenarioStore>();
        store.Setup(s => s.EndPendingScenesAsync(It.IsAny<Guid>(), It.IsAny<SceneState>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new StorageException("connection refused", isTransient: true));
        var outcome = new SceneImageOutcome(SceneImageNext.Wait, SceneStatus.Generating);

        Assert.Equal(outcome, (await RunAsync(outcome, context.Object, store.Object, log)).Value);

        context.Setup(c => c.IsCancelledAsync(It.IsAny<CancellationToken>())).ThrowsAsync(new TimeoutException());
        Assert.Equal(outcome, (await RunAsync(outcome, context.Object, store.Object, log)).Value);
    }

    [Fact]
    public async Task What_is_logged_within_a_step_is_in_the_scope_of_its_task()
    {
        var reader = new ScopeReader();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(reader));
        var step = new Mock<IStep<GenerateSceneImageInput, SceneImageOutcome>>();
        List<string> scopes = [];
        step.Setup(s => s.RunAsync(It.IsAny<GenerateSceneImageInput>(), It.IsAny<IStepContext>(), It.IsAny<CancellationToken>()))
            .Callback(() => scopes = reader.Scopes())
            .ReturnsAsync(new SceneImageOutcome(SceneImageNext.None, SceneStatus.Completed));

        await RunAsync(step.Object, Mock.Of<IStepContext>(), Mock.Of<IScenarioStore>(), factory.CreateLogger<StepRunner>());

        Assert.Equal(["task t1"], scopes);
    }

    private static async Task<StepResult<SceneImageOutcome>> RunAsync(
        SceneImageOutcome outcome, IStepContext context, IScenarioStore store, LogCollector log)
    {
        var step = Mock.Of<IStep<GenerateSceneImageInput, SceneImageOutcome>>(s =>
            s.RunAsync(It.IsAny<GenerateSceneImageInput>(), It.IsAny<IStepContext>(), It.IsAny<CancellationToken>())
                == Task.FromResult(outcome));
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(log));
        return await RunAsync(step, context, store, factory.CreateLogger<StepRunner>());
    }

    private static async Task<StepResult<SceneImageOutcome>> RunAsync(
        IStep<GenerateSceneImageInput, SceneImageOutcome> step,
        IStepContext context,
        IScenarioStore store,
        ILogger<StepRunner> logger)
    {
        await using var services = new ServiceCollection().AddSingleton(step).BuildServiceProvider();
        var runner = new StepRunner(services, new CancelledTasks(store, Mock.Of<ICreditLedger>()), TimeProvider.System, logger);
        var input = new GenerateSceneImageInput("t1", 7, "ann", null, 2, 1, 1);

        return await runner.RunAsync(
            WorkflowSteps.GenerateSceneImage, "t1", input, context, TestContext.Current.CancellationToken);
    }

    private sealed class ScopeReader : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider provider = new LoggerExternalScopeProvider();

        public List<string> Scopes()
        {
            var scopes = new List<string>();
            provider.ForEachScope((scope, list) => list.Add($"{scope}"), scopes);
            return scopes;
        }

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => provider = scopeProvider;

        public ILogger CreateLogger(string categoryName) => NullLogger.Instance;

        public void Dispose()
        {
        }
    }
}
