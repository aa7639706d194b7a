using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary>Finds the task that saved a scenario.</summary>
internal sealed class SavingTask(ITaskEngine engine)
{
    private const int PageSize = 100;

    /// <summary>A task that is pending when the first list is read may be running when the second is.</summary>
    private static readonly TaskState[] Open = [TaskState.Pending, TaskState.Running];

    /// <returns>
    /// Its id. Version 0.1.0 did not store it; then it is searched for among the user's open tasks, and null when it is not there.
    /// </returns>
    /// <exception cref="EngineUnavailableException"/>
    public async Task<string?> FindAsync(StoredScenario scenario, CancellationToken cancellationToken) =>
        scenario.Row.TaskId
        ?? await SearchAsync(scenario.Row, Open[0], cancellationToken)
        ?? await SearchAsync(scenario.Row, Open[1], cancellationToken);

    private async Task<string?> SearchAsync(ScenarioRow scenario, TaskState state, CancellationToken cancellationToken)
    {
        var query = new TaskQuery(state, PageSize, null) { UserId = scenario.UserId };
        do
        {
            var page = await engine.ListAsync(query, cancellationToken);
            if (page.Tasks.FirstOrDefault(task => ScenarioIds.Scenario(task.TaskId) == scenario.Id) is { } found)
            {
                return found.TaskId;
            }

            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
        return null;
    }
}
