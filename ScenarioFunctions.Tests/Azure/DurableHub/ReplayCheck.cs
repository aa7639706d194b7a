using DurableTask.Core;
using DurableTask.Core.Command;
using DurableTask.Core.History;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Worker;
using Microsoft.DurableTask.Worker.Shims;
using Microsoft.Extensions.Logging.Abstractions;
using ScenarioFunctions.Engine;

namespace ScenarioFunctions.Tests.Azure.DurableHub;

/// <summary>
/// Runs an orchestrator once more from its history, of which it is told all answers but none of its own
/// requests. It must ask for the same steps with the same inputs; the engine itself compares only their names.
/// </summary>
internal static class ReplayCheck
{
    public static void AssertRepeats(IReadOnlyList<HistoryEvent> history, IServiceProvider functions)
    {
        var state = new OrchestrationRuntimeState();
        foreach (var told in history.Where(one => one is not (TaskScheduledEvent or TimerCreatedEvent or ExecutionCompletedEvent)))
        {
            state.AddEvent(told);
        }

        var options = new DurableTaskWorkerOptions { DataConverter = new JsonDataConverter(HostJson.Options) };
        var replay = new DurableTaskShimFactory(options, NullLoggerFactory.Instance).CreateOrchestration(
            state.Name, TaskHubWorker.OrchestratorOf(state.Name, functions));
        var result = new TaskOrchestrationExecutor(
            state, replay, BehaviorOnContinueAsNew.Carryover, ErrorPropagationMode.UseFailureDetails).Execute();

        Assert.Equal(
            history.OfType<TaskScheduledEvent>().Select(one => (one.EventId, one.Name, one.Input)),
            result.Actions.OfType<ScheduleTaskOrchestratorAction>().Select(one => (one.Id, one.Name, one.Input)));
        Assert.Equal(
            history.OfType<TimerCreatedEvent>().Select(one => one.EventId),
            result.Actions.OfType<CreateTimerOrchestratorAction>().Select(one => one.Id));
        var end = result.Actions.OfType<OrchestrationCompleteOrchestratorAction>().Single();
        var recorded = history.OfType<ExecutionCompletedEvent>().Single();
        Assert.Equal(recorded.OrchestrationStatus, end.OrchestrationStatus);
        Assert.Equal(recorded.Result, end.Result);
    }
}
