using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary>Finds the task that a route names, if the caller may see it.</summary>
internal sealed class OwnTask(ITaskEngine engine)
{
    /// <exception cref="ProblemException">404: there is no such task, or it belongs to another user.</exception>
    public async Task<TaskSnapshot> DemandAsync(Caller caller, string taskId, CancellationToken cancellationToken) =>
        Identifiers.IsId(taskId)
        && await engine.FindAsync(taskId, cancellationToken) is { } task
        && caller.MayActFor(task.UserId)
            ? task
            : throw Problems.NotFound();
}
