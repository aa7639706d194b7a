using Microsoft.Extensions.Logging.Abstractions;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Azure.Engine;

/// <summary>The engine without its services.</summary>
internal static class TestEngine
{
    public static DurableTaskEngine New(DurableClients clients, TimeProvider time, ITaskIndex? index = null)
    {
        var indexing = new TaskIndexing(index ?? new NoTaskIndex(), clients, time, new FaultLog(time), NullLogger<TaskIndexing>.Instance);
        return new DurableTaskEngine(clients, new TaskList(clients, indexing), indexing, time);
    }
}
