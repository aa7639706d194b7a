using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Storage;

public sealed class LocalImageIndexTests
{
    private const int Rounds = 200;

    [Fact]
    public async Task Each_image_writes_the_name_of_the_last_one_into_the_same_file()
    {
        var stop = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        using var directory = DataDirectory.Open(folder.File("data"));
        var index = new LocalImageIndex(directory);
        await index.AddAsync(Guid.NewGuid(), "scenes/one.png", stop);
        var path = Path.Combine(directory.ImagesPath, LocalImageIndex.FolderName, "last");
        using var opened = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));

        var second = Guid.NewGuid();
        await index.AddAsync(second, "scenes/two.png", stop);

        Assert.Equal(second.ToString(), await opened.ReadToEndAsync(stop));
    }

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
