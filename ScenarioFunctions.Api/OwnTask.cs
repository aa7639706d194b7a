using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary>The task that a route names, for those who may see it.</summary>
internal sealed class OwnTask(ITaskEngine engine)
{
    /// <exception cref="ProblemException">404: there is none, or it is another user's.</exception>
    public async Task<TaskSnapshot> DemandAsync(Caller caller, string taskId, CancellationToken cancellationToken) =>
        Identifiers.IsId(taskId)
        && await engine.FindAsync(taskId, cancellationToken) is { } task
        && caller.MayActFor(task.UserId)
            ? task
            : throw Problems.NotFound();
}
