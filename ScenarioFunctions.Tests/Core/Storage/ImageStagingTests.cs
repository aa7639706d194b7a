using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Core.Storage;

public sealed class ImageStagingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_a_crash_has_left_goes_with_the_next_start_and_what_is_under_way_stays()
    {
        File.WriteAllText(folder.File("left.image"), "half");
        using var held = Staged();

        _ = new ImageStaging(folder.Path);

        Assert.Equal([held.Path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_file_is_there_once_it_is_used_and_goes_with_its_image()
    {
        using var unused = new ImageStaging(folder.Path).Create();
        Assert.Empty(Directory.GetFiles(folder.Path));

        using (Staged())
        {
            Assert.Single(Directory.GetFiles(folder.Path));
        }

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_file_that_was_moved_away_stays_where_it_is()
    {
        using (var image = Staged())
        {
            File.Move(image.Path, folder.File("stored.png"));
        }

        Assert.Equal([1, 2, 3], File.ReadAllBytes(folder.File("stored.png")));
    }

    [Fact]
    public void A_folder_that_was_removed_is_made_again()
    {
        var staging = new ImageStaging(folder.File("staging"));
        Directory.Delete(folder.File("staging"));

        using var image = staging.Create();

        image.Content.WriteByte(1);
    }

    private ImageFile Staged()
    {
        var image = new ImageStaging(folder.Path).Create();
        image.Content.Write([1, 2, 3]);
        return image;
    }
}
