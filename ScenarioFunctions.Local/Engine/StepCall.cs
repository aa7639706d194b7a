using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

/// <summary>A step that the workflow has called and that has not finished yet.</summary>
internal abstract class StepCall(int position, string step)
{
    /// <summary>The number of this call in the workflow, from 0.</summary>
    public int Position { get; } = position;

    public string Step { get; } = step;

    /// <summary>Whether it continues what an earlier call left unfinished. Such a step runs even after a cancel.</summary>
    public abstract bool IsContinuation { get; }

    /// <summary>Runs the step, with its retries.</summary>
    /// <returns>The result as JSON; null when the host is stopping and there is none.</returns>
    public abstract Task<byte[]?> ExecuteAsync(StepWorker worker, string taskId, IStepContext context);

    /// <summary>Passes the result of <see cref="ExecuteAsync"/> to the workflow.</summary>
    public abstract void Complete();

    /// <summary>Passes a recorded result to the workflow.</summary>
    /// <exception cref="JsonException">The record does not have this step's type.</exception>
    public abstract void Complete(byte[] recorded);
}

/// <inheritdoc/>
internal sealed class StepCall<TInput, TResult>(int position, StepDefinition<TInput, TResult> definition, TInput input)
    : StepCall(position, definition.Name)
{
    private static readonly JsonTypeInfo<StepResult<TResult>> ResultType =
        (JsonTypeInfo<StepResult<TResult>>)CoreJson.Default.GetTypeInfo(typeof(StepResult<TResult>))!;

    // Continuations run inline, on the workflow's thread: see WorkflowExecution.
    private readonly TaskCompletionSource<TResult> source = new();
    private StepResult<TResult>? result;

    public Task<TResult> Task => source.Task;

    public override bool IsContinuation => input is IContinuation again && again.HasUnfinishedWork();

    public override async Task<byte[]?> ExecuteAsync(StepWorker worker, string taskId, IStepContext context)
    {
        result = await worker.RunAsync(definition, taskId, input, context);
        return result is null ? null : JsonSerializer.SerializeToUtf8Bytes(result, ResultType);
    }

    public override void Complete() => Complete(result!);

    public override void Complete(byte[] recorded) => Complete(
        JsonSerializer.Deserialize(recorded, ResultType) ?? throw new JsonException("The record is null."));

    private void Complete(StepResult<TResult> finished)
    {
        if (finished.Error is null)
        {
            source.SetResult(finished.Value!);
        }
        else
        {
            source.SetException(new StepFailedException(finished.Error));
        }
    }
}
