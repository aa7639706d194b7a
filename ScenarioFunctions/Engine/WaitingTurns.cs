using System.Text.Json;
using Google.Protobuf;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.DurableTask.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

/// <summary>
/// Answers the turns of tasks whose version of the workflow this program does not have. Such a turn asks for nothing, so that what has
/// come is only written to the history, and a program that has the version continues from there. Only a termination takes effect.
/// </summary>
/// <remarks>
/// A replay by another version would fail the task. Durable Task's own versioning (<c>versionFailureStrategy</c> in host.json) leaves the
/// messages in the queue instead, and with them the termination: such a task could not be cancelled.
/// </remarks>
internal static class WaitingTurns
{
    /// <summary>Comes before Durable Task's middleware, which replays a turn. It is registered before the app's own could be.</summary>
    public static IServiceCollection AddWaitingTurns(this IServiceCollection services)
    {
        var pipeline = services.Last(service => service.ServiceType == typeof(FunctionExecutionDelegate)).ImplementationFactory!;
        return services.AddSingleton<FunctionExecutionDelegate>(provider =>
        {
            var next = (FunctionExecutionDelegate)pipeline(provider);
            var versions = provider.GetRequiredService<WorkflowVersions>();
            return async context =>
            {
                if (await AnswerToAsync(context, versions) is { } answer)
                {
                    context.GetInvocationResult().Value = answer.ToByteString().ToBase64();
                    return;
                }

                await next(context);
            };
        });
    }

    /// <returns>The answer to the turn; null when this program has the task's version.</returns>
    public static OrchestratorResponse? AnswerTo(OrchestratorRequest turn, WorkflowVersions versions)
    {
        var started = turn.PastEvents.Concat(turn.NewEvents).Select(one => one.ExecutionStarted).FirstOrDefault(one => one is not null);
        var version = VersionOf(started?.Input);
        if (!Workflows.IsOurs(started?.Name) || versions.Has(version))
        {
            return null;
        }

        var waiting = new WorkflowProgress { Message = versions.WaitingFor(version) };
        var answer = new OrchestratorResponse
        {
            InstanceId = turn.InstanceId,
            CustomStatus = JsonSerializer.Serialize(waiting, HostJson.Options),
        };
        if (turn.NewEvents.Select(one => one.ExecutionTerminated).LastOrDefault(one => one is not null) is { } terminated)
        {
            answer.Actions.Add(new OrchestratorAction
            {
                Id = turn.PastEvents.Count,
                CompleteOrchestration = new CompleteOrchestrationAction
                {
                    OrchestrationStatus = OrchestrationStatus.Terminated,
                    Result = terminated.Input,
                },
            });
        }

        return answer;
    }

    /// <summary>The version in a task's input, of which nothing else is read.</summary>
    public static int VersionOf(string? input) => string.IsNullOrEmpty(input)
        ? WorkflowVersions.First
        : JsonSerializer.Deserialize(input, CompactJson.Default.VersionStamp)?.WorkflowVersion ?? WorkflowVersions.First;

    private static async Task<OrchestratorResponse?> AnswerToAsync(FunctionContext context, WorkflowVersions versions)
    {
        if (!Workflows.IsOurs(context.FunctionDefinition.Name))
        {
            return null;
        }

        var trigger = context.FunctionDefinition.InputBindings.Values.First(binding => binding.Type == "orchestrationTrigger");
        var turn = await context.BindInputAsync<object>(trigger);
        return AnswerTo(OrchestratorRequest.Parser.ParseFrom(ByteString.FromBase64((string)turn.Value!)), versions);
    }
}

/// <inheritdoc cref="SaveScenarioInput.WorkflowVersion"/>
internal sealed record VersionStamp(int? WorkflowVersion);
