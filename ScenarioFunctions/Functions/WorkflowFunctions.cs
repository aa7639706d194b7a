using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Telemetry;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Engine;

namespace ScenarioFunctions.Functions;

/// <summary>The orchestrators: the workflow, and the clean-up after a cancelled task.</summary>
public sealed partial class WorkflowFunctions(WorkflowVersions versions)
{
    /// <summary>The input must be a parameter: only then is it read with the type that it was written with.</summary>
    [Function(SaveScenarioWorkflow.Name)]
    public Task<SaveScenarioResult> SaveScenarioAsync(
        [OrchestrationTrigger] TaskOrchestrationContext context, SaveScenarioInput input) =>
        RunAsync(context, input);

    /// <inheritdoc cref="SaveScenarioAsync"/>
    [Function(GenerateImagesWorkflow.Name)]
    public Task<SaveScenarioResult> GenerateImagesAsync(
        [OrchestrationTrigger] TaskOrchestrationContext context, SaveScenarioInput input) =>
        RunAsync(context, input);

    private async Task<SaveScenarioResult> RunAsync(TaskOrchestrationContext context, SaveScenarioInput input)
    {
        var logger = context.CreateReplaySafeLogger<SaveScenarioResult>();
        Started(logger, context.InstanceId, input.Scenario.Scenes.Count);
        var started = context.CurrentUtcDateTime;
        try
        {
            var result = await versions.RunAsync(
                input.WorkflowVersion ?? WorkflowVersions.First, new DurableWorkflowContext(context, input), input);
            await ReportEndAsync(context, input, logger);
            Completed(logger, context.InstanceId, result.ImagesGenerated, result.CreditsCharged);
            Count(context, input, TaskState.Completed, errorCode: null, started);
            return result;
        }
        catch (WorkflowFailedException exception)
        {
            await ReportEndAsync(context, input, logger);
            Failed(logger, context.InstanceId, exception.Error.Code, exception.Message);
            Count(context, input, TaskState.Failed, exception.Error.Code, started);
            throw;
        }
    }

    /// <summary>A cancelled task is counted by its cancel.</summary>
    private static void Count(
        TaskOrchestrationContext context, SaveScenarioInput input, TaskState state, string? errorCode, DateTime started)
    {
        if (!context.IsReplaying)
        {
            ServiceMetrics.TaskEnded(TaskTypes.Of(input), EnumNames.Of(state), errorCode, context.CurrentUtcDateTime - started);
        }
    }

    /// <summary>Starts the delivery of the task's webhook, which waits until the task has ended.</summary>
    private static async Task ReportEndAsync(TaskOrchestrationContext context, SaveScenarioInput input, ILogger logger)
    {
        if (input.Callback is { } callback
            && !await WebhookOrchestration.TryScheduleAsync(context, new WebhookInput(context.InstanceId, callback.Run)))
        {
            NotReported(logger, context.InstanceId);
        }
    }

    [Function(CleanUpOrchestration.Name)]
    public static async Task<bool> CleanUpAsync(
        [OrchestrationTrigger] TaskOrchestrationContext context, CleanUpInput input)
    {
        var isDone = await CleanUpOrchestration.RunAsync(context, input);
        if (!isDone)
        {
            NotCleanedUp(context.CreateReplaySafeLogger<CleanUpInput>(), input.TaskId);
        }

        return isDone;
    }

    [LoggerMessage(701, LogLevel.Information, "Task {TaskId}: started, {Scenes} scenes")]
    private static partial void Started(ILogger logger, string taskId, int scenes);

    [LoggerMessage(702, LogLevel.Information, "Task {TaskId}: completed, {Images} images, {Credits} credits charged")]
    private static partial void Completed(ILogger logger, string taskId, int images, int credits);

    [LoggerMessage(703, LogLevel.Error, "Task {TaskId}: failed with {Code}: {Fault}")]
    private static partial void Failed(ILogger logger, string taskId, string code, string fault);

    [LoggerMessage(705, LogLevel.Error, "Task {TaskId}: its webhook could not be started. POST …/webhook sends it")]
    private static partial void NotReported(ILogger logger, string taskId);

    [LoggerMessage(704, LogLevel.Error, "Task {TaskId}: was cancelled, but could not be cleaned up within a day")]
    private static partial void NotCleanedUp(ILogger logger, string taskId);
}
