namespace ScenarioFunctions.Benchmarks;

/// <summary>A folder under the current one, so that the checkout's disk is measured; removed at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateDirectory(System.IO.Path.GetFullPath(
        $".scenario-data/benchmark-{Environment.ProcessId}-{Guid.NewGuid():N}")).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
