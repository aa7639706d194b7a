using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>What every <see cref="IImageStore"/> must do.</summary>
public abstract class ImageStoreContract
{
    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract IImageStore Store { get; }

    [Fact]
    public async Task A_stored_image_is_read_back_byte_by_byte_under_its_URL()
    {
        var content = Bytes(300_000);
        var url = await Store.StoreAsync(NewPath(), content, "image/png", Stop);

        var (bytes, contentType) = await GetAsync(url);

        Assert.Equal(content, bytes);
        Assert.Equal("image/png", contentType);
    }

    [Fact]
    public async Task The_URL_holds_the_path_inside_the_bucket()
    {
        var path = NewPath();

        var url = await Store.StoreAsync(path, Bytes(10), "image/png", Stop);

        Assert.EndsWith($"/storage/v1/object/public/generated-content/{path}", url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_stored_again_and_again_at_once_stays_one_image()
    {
        var path = NewPath();
        var content = Bytes(100_000);

        var urls = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ =>
            Store.StoreAsync(path, content, "image/png", Stop)));

        Assert.Equal(content, (await GetAsync(Assert.Single(urls.Distinct()))).Content);
    }

    [Fact]
    public async Task A_deleted_image_is_gone_and_may_be_deleted_again()
    {
        var path = NewPath();
        var url = await Store.StoreAsync(path, Bytes(10), "image/png", Stop);

        await Store.DeleteAsync(path, Stop);
        await Store.DeleteAsync(path, Stop);

        Assert.Null((await GetAsync(url)).Content);
    }

    /// <summary>Gets what <see cref="IImageStore.StoreAsync"/> returned, as a browser would; no content for 404.</summary>
    protected abstract Task<(byte[]? Content, string? ContentType)> GetAsync(string url);

    protected static string NewPath() => $"scenes/scene_{Guid.NewGuid()}.png";

    protected static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Random.Shared.NextBytes(bytes);
        return bytes;
    }
}
