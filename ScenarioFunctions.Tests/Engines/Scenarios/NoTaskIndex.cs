using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Tests.Engines.Scenarios;

/// <summary>An index that cannot be used, as in a database without its migration.</summary>
public sealed class NoTaskIndex : ITaskIndex
{
    public Task<IReadOnlyList<string>> RecordAsync(string hub, IReadOnlyList<IndexedTask> tasks, CancellationToken cancellationToken) =>
        throw Missing();

    public Task<IndexedTasks> ListAsync(
        string hub, TaskQuery query, (DateTimeOffset CreatedAt, string TaskId)? after, int count, CancellationToken cancellationToken) => throw Missing();

    public Task<IndexedTasks> TakeOpenAsync(string hub, int count, CancellationToken cancellationToken) => throw Missing();

    public Task ForgetAsync(string hub, IReadOnlyList<IndexedTask> tasks, CancellationToken cancellationToken) => throw Missing();

    public Task CompleteAsync(string hub, CancellationToken cancellationToken) => throw Missing();

    private static StorageException Missing() => new("There is no such function.", isTransient: false);
}
