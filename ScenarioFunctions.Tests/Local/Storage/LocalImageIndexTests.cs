using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Storage;

public sealed class LocalImageIndexTests
{
    private const int Rounds = 200;

    /// <summary>As when a scenario is deleted: a scene and its first image have the same entry.</summary>
    [Fact]
    public async Task An_entry_that_another_thread_removes_is_missing_and_no_fault()
    {
        var stop = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        using var directory = DataDirectory.Open(folder.File("data"));
        var index = new LocalImageIndex(directory);
        var scene = Guid.NewGuid();
        await index.AddAsync(scene, "scenes/one.png", stop);
        var entry = Directory.GetFiles(Path.Combine(directory.ImagesPath, LocalImageIndex.FolderName), $"{scene}").Single();

        var isRemoved = false;
        var reading = Task.Run(
            async () =>
            {
                while (!Volatile.Read(ref isRemoved))
                {
                    Assert.Null(await index.FindAsync(scene, stop)); // its image is not there
                }
            },
            stop);
        await Task.Run(
            async () =>
            {
                for (var round = 0; round < Rounds && !reading.IsCompleted; round++)
                {
                    File.WriteAllText(entry, "scenes/one.png");
                    await index.RemoveAsync(scene, stop);
                }
            },
            stop);
        Volatile.Write(ref isRemoved, true);

        await reading;
    }
}
