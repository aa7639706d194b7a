using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Tests.Core.Workflow;

public sealed class MemoryTests
{
    [Fact]
    public void While_images_are_made_a_task_keeps_no_prompts_and_no_metadata_in_memory()
    {
        var context = new UntilImages();
        var (scene, metadata) = Start(context);
        GC.Collect();
        Assert.False(scene.TryGetTarget(out _));
        Assert.False(metadata.TryGetTarget(out _));
        Assert.False(context.Workflow!.IsCompleted);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference<Scene> Scene, WeakReference<JsonObject> Metadata) Start(UntilImages context)
    {
        var metadata = new JsonObject { ["style"] = "calm" };
        Scene[] scenes = [.. Enumerable.Range(1, 3).Select(number => new Scene { SceneNumber = number, ImagePrompt = $"prompt {number}" })];
        context.Workflow = Workflows.RunAsync(context, new SaveScenarioInput
        {
            ShortId = "short",
            UserId = "user",
            CreditsPerImage = 2,
            MaxParallelImages = 1,
            RequestHash = "",
            Scenario = new Scenario(new ScenarioDetails { Title = "Title", Metadata = metadata }, scenes),
        });
        Assert.Equal(2, context.ImageOf);
        return (new(scenes[1]), new(metadata));
    }

    /// <summary>Every step has ended, but the image's.</summary>
    private sealed class UntilImages : IWorkflowContext
    {
        public string TaskId => "task";

        public Task<SaveScenarioResult>? Workflow { get; set; }

        public int? ImageOf { get; private set; }

        public Task<TResult> CallStepAsync<TInput, TResult>(StepDefinition<TInput, TResult> step, TInput input)
        {
            object? result = input switch
            {
                SaveScenarioStepInput => new SavedScenario(Guid.Empty),
                SaveScenesStepInput => new SavedScenes(3),
                CheckCreditsInput => new CreditCheck(4, Held: true),
                _ => null,
            };
            ImageOf = (input as GenerateSceneImageInput)?.SceneNumber ?? ImageOf;
            return result is null ? new TaskCompletionSource<TResult>().Task : Task.FromResult((TResult)result);
        }

        public void ReportProgress(WorkflowProgress progress)
        {
        }
    }
}
