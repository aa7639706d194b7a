using System.Reflection;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Functions;

namespace ScenarioFunctions.Tests.Azure.Replay;

/// <summary>
/// One life of the Functions host: runs the orchestrator function turn by turn, from its history each time,
/// and the activity functions as they are asked for. Killed, it records nothing more.
/// </summary>
internal sealed class Worker(TaskHub hub, StepFunctions steps, ILoggerFactory loggers)
{
    /// <summary>What Durable Task takes as a custom status, in characters.</summary>
    private const int CustomStatusLimit = 16 * 1024 / sizeof(char);

    private volatile bool dead;

    public void Kill() => dead = true;

    /// <summary>Goes on with an instance, or begins it.</summary>
    public void Run(HubInstance instance) => _ = Task.Run(() => RunAsync(instance));

    private async Task RunAsync(HubInstance instance)
    {
        var answers = Channel.CreateUnbounded<HistoryEvent>();
        try
        {
            var begun = new HashSet<int>();
            while (TakeTurn(instance))
            {
                foreach (var request in Unanswered(instance).Where(request => begun.Add(request.Id)))
                {
                    _ = AnswerAsync(request, answers.Writer);
                }

                // One at a time, so that the orchestrator starts over for every single one.
                var answer = await answers.Reader.ReadAsync();
                lock (instance)
                {
                    if (!dead && !instance.HasEnded)
                    {
                        instance.History.Add(answer);
                    }
                }
            }
        }
        catch (Exception exception)
        {
            instance.Failure = exception.ToString();
            instance.Status = OrchestrationRuntimeStatus.Failed;
        }
    }

    /// <returns>Whether the orchestration goes on in this worker.</returns>
    private bool TakeTurn(HubInstance instance)
    {
        lock (instance)
        {
            if (dead || instance.HasEnded)
            {
                return false;
            }

            var input = JsonSerializer.Deserialize<SaveScenarioInput>(instance.Input, HostJson.Options)!;
            var context = new ReplayContext(instance, loggers);
            var run = context.Run(turn => WorkflowFunctions.SaveScenarioAsync(turn, input));
            instance.Turns++;
            instance.History.AddRange(context.New);
            instance.CustomStatus = JsonSerializer.Serialize(context.CustomStatus, HostJson.Options);
            Assert.True(instance.CustomStatus.Length < CustomStatusLimit, $"A custom status of {instance.CustomStatus.Length}");
            instance.Status = StatusOf(run);
            instance.Output = run.IsCompletedSuccessfully ? JsonSerializer.Serialize(run.Result, HostJson.Options) : null;
            instance.Failure = run.Exception?.InnerException!.ToString();
            return !run.IsCompleted;
        }
    }

    private static OrchestrationRuntimeStatus StatusOf(Task run) =>
        !run.IsCompleted ? OrchestrationRuntimeStatus.Running
        : run.IsCompletedSuccessfully ? OrchestrationRuntimeStatus.Completed
        : OrchestrationRuntimeStatus.Failed;

    private static List<HistoryEvent> Unanswered(HubInstance instance)
    {
        lock (instance)
        {
            var answered = instance.History.Where(one => !one.IsRequest).Select(one => one.Id).ToHashSet();
            return [.. instance.History.Where(one => one.IsRequest && !answered.Contains(one.Id))];
        }
    }

    private async Task AnswerAsync(HistoryEvent request, ChannelWriter<HistoryEvent> answers)
    {
        await Task.Yield();
        HistoryEvent answer;
        try
        {
            answer = request.Kind == HistoryKind.TimerCreated
                ? new HistoryEvent(HistoryKind.TimerFired, request.Id)
                : new HistoryEvent(HistoryKind.ActivityCompleted, request.Id, Data: await CallAsync(request));
        }
        catch (Exception exception)
        {
            answer = new HistoryEvent(HistoryKind.ActivityFailed, request.Id, Data: exception.Message);
        }

        await answers.WriteAsync(answer);
    }

    /// <summary>Calls the activity as the worker does: by its function's name, over JSON.</summary>
    private async Task<string> CallAsync(HistoryEvent request)
    {
        var method = typeof(StepFunctions).GetMethods()
            .Single(one => one.GetCustomAttribute<FunctionAttribute>()?.Name == request.Name);
        var input = JsonSerializer.Deserialize(request.Data!, method.GetParameters()[0].ParameterType, HostJson.Options);
        var call = (Task)method.Invoke(steps, [input, hub, CancellationToken.None])!;
        await call;
        var result = method.ReturnType.GetProperty(nameof(Task<int>.Result))!.GetValue(call);
        return JsonSerializer.Serialize(result, HostJson.Options);
    }
}
