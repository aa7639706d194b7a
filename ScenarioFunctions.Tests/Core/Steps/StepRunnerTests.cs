using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moq;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
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
        var step = Mock.Of<IStep<GenerateSceneImageInput, SceneImageOutcome>>(s =>
            s.RunAsync(It.IsAny<GenerateSceneImageInput>(), It.IsAny<IStepContext>(), It.IsAny<CancellationToken>())
                == Task.FromResult(outcome));
        await using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(log))
            .AddSingleton(step)
            .BuildServiceProvider();
        var runner = new StepRunner(
            services, TimeProvider.System, services.GetRequiredService<ILogger<StepRunner>>());
        var input = new GenerateSceneImageInput("t1", 7, "ann", null, 2, 1, 1);

        await runner.RunAsync(
            WorkflowSteps.GenerateSceneImage, "t1", input, Mock.Of<IStepContext>(), TestContext.Current.CancellationToken);

        var line = Assert.Single(log.Lines);
        Assert.Contains("Task t1: GenerateSceneImage of scene 7 done in ", line, StringComparison.Ordinal);
        Assert.EndsWith($" ms: {words}", line.TrimEnd(), StringComparison.Ordinal);
    }
}
