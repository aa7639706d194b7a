using Microsoft.Extensions.Logging.Abstractions;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Azure.Engine;

/// <summary>The engine without its services.</summary>
internal static class TestEngine
{
    public static DurableTaskEngine New(DurableClients clients, TimeProvider time, ITaskIndex? index = null)
    {
        var indexing = new TaskIndexing(index ?? new NoTaskIndex(), clients, time, new FaultLog(time), NullLogger<TaskIndexing>.Instance);
        var versions = WorkflowVersions.OfThisProgram;
        return new DurableTaskEngine(
            clients, versions, new WaitingTasks(clients, versions, time, NullLogger<WaitingTasks>.Instance),
            new TaskList(clients, versions, indexing), indexing, time);
    }
}
