using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Tests.Engines;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

/// <summary>The same with one of the keys that take the legacy key's place.</summary>
public sealed class SupabaseImageStoreWithSecretKeyTests(PostgresCluster cluster) : SupabaseImageStoreTests(cluster)
{
    protected override string Key => SupabaseKeys.Secret;
}

public class SupabaseImageStoreTests(PostgresCluster cluster) : ImageStoreContract, IAsyncLifetime
{
    private readonly HttpClient browser = new();
    private SupabaseTest supabase = null!;

    protected virtual string Key => SupabaseKeys.ServiceRole;

    protected override IImageStore Store => supabase.Images;

    public async ValueTask InitializeAsync() => supabase = await SupabaseTest.StartAsync(cluster, key: Key);

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        if (supabase is not null)
        {
            await supabase.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Forty_images_uploaded_at_once_arrive_whole_each_with_its_own_headers()
    {
        var images = Enumerable.Range(0, 40).Select(number => (
            Path: NewPath(), Content: Bytes(200_000 + number), Type: $"image/x-{number}")).ToList();

        var urls = await Task.WhenAll(images.Select(image =>
            Task.Run(() => Store.StoreAsync(image.Path, image.Content, image.Type, Stop), Stop)));

        foreach (var (image, url) in images.Zip(urls))
        {
            var (content, type) = await GetAsync(url);
            Assert.Equal(image.Content, content);
            Assert.Equal(image.Type, type);
        }

        var uploads = supabase.Server.Requests.Where(request => request.Method == "POST").ToList();
        Assert.Equal(40, uploads.Count);
        Assert.All(uploads, upload =>
        {
            Assert.Equal("true", upload.Headers["x-upsert"]);
            Assert.Equal(Key, upload.Headers["apikey"]);
            Assert.Equal(SupabaseKeys.AuthorizationOf(Key), upload.Headers.GetValueOrDefault("Authorization", ""));
        });
    }

    [Fact]
    public async Task An_image_may_be_kept_by_browsers_for_a_year()
    {
        var url = await Store.StoreAsync(NewPath(), Bytes(10), "image/png", Stop);

        using var response = await browser.GetAsync(new Uri(url), Stop);

        Assert.Equal(
            new CacheControlHeaderValue { Public = true, MaxAge = TimeSpan.FromDays(365) },
            response.Headers.CacheControl);
    }

    [Fact]
    public async Task A_path_with_signs_that_mean_something_in_URLs_is_stored_under_itself()
    {
        var content = Bytes(10);

        var url = await Store.StoreAsync("scenes/a b#c?d%e+ż.png", content, "image/png", Stop);

        Assert.EndsWith("/scenes/a%20b%23c%3Fd%25e%2B%C5%BC.png", url, StringComparison.Ordinal);
        Assert.Equal(content, (await GetAsync(url)).Content);
    }

    [Theory]
    [InlineData(400, """{"statusCode":"409","error":"Duplicate","message":"The resource already exists"}""")]
    [InlineData(409, """{"code":"KeyAlreadyExists","message":"The resource already exists"}""")]
    [InlineData(409, """{"code":"ResourceAlreadyExists","message":"The resource already exists"}""")]
    public async Task An_image_that_is_there_already_is_stored(int status, string body)
    {
        supabase.Server.Faults.Answer(status, body);

        Assert.Contains("/object/public/", await Store.StoreAsync(NewPath(), Bytes(1), "image/png", Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(544)]
    public async Task An_upload_that_is_refused_for_now_is_tried_again(int status)
    {
        supabase.Server.Faults.Answer(status, """{"code":"SlowDown","message":"Please reduce your request rate"}""", times: 2);
        var content = Bytes(100_000);

        var url = await Store.StoreAsync(NewPath(), content, "image/png", Stop);

        Assert.Equal(content, (await GetAsync(url)).Content);
    }

    [Fact]
    public async Task An_upload_whose_connection_is_cut_is_tried_again()
    {
        supabase.Server.Faults.Cut(times: 2);
        var content = Bytes(100_000);

        var url = await Store.StoreAsync(NewPath(), content, "image/png", Stop);

        Assert.Equal(content, (await GetAsync(url)).Content);
    }

    [Fact]
    public async Task An_upload_whose_connection_is_reset_at_once_is_tried_again()
    {
        await using var other = await SupabaseTest.StartAsync(cluster, services =>
            services.AddHttpClient(nameof(IImageStore)).AddHttpMessageHandler(() => new ResetConnections(times: 2)));
        var content = Bytes(1_000);

        await other.Images.StoreAsync(NewPath(), content, "image/png", Stop);

        Assert.Single(other.Server.Requests);
    }

    [Fact]
    public async Task An_upload_that_never_succeeds_is_a_transient_error_after_five_tries()
    {
        supabase.Server.Faults.Answer(503, """{"code":"SlowDown","message":"Please reduce your request rate"}""", times: 9);

        var error = await Assert.ThrowsAsync<StorageException>(() =>
            Store.StoreAsync(NewPath(), Bytes(10), "image/png", Stop));

        Assert.True(error.IsTransient);
        Assert.Contains("Please reduce your request rate", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, supabase.Server.Requests.Count);
    }

    [Theory]
    [InlineData(400, """{"statusCode":"404","error":"Bucket not found","message":"Bucket not found"}""")]
    [InlineData(400, """{"statusCode":"413","error":"Payload too large","message":"The object exceeded the maximum allowed size"}""")]
    [InlineData(401, """{"message":"Invalid API key"}""")]
    public async Task An_upload_that_is_refused_for_good_fails_at_once_with_the_reason(int status, string body)
    {
        supabase.Server.Faults.Answer(status, body);

        var error = await Assert.ThrowsAsync<StorageException>(() =>
            Store.StoreAsync(NewPath(), Bytes(10), "image/png", Stop));

        Assert.False(error.IsTransient);
        Assert.Contains(body.Split("\"message\":\"")[1].TrimEnd('}', '"'), error.Message, StringComparison.Ordinal);
        Assert.Single(supabase.Server.Requests);
    }

    [Fact]
    public async Task A_bucket_that_is_missing_is_an_error_on_delete_too()
    {
        supabase.Server.Faults.Answer(400, """{"statusCode":"404","error":"Bucket not found","message":"Bucket not found"}""");

        await Assert.ThrowsAsync<StorageException>(() => Store.DeleteAsync(NewPath(), Stop));
    }

    [Fact(Timeout = Patience.Milliseconds)]
    public async Task An_upload_stops_when_its_step_is_stopped()
    {
        supabase.Server.Faults.Stall();
        using var stop = new CancellationTokenSource();
        var upload = Store.StoreAsync(NewPath(), Bytes(10), "image/png", stop.Token);
        await supabase.Server.Faults.Stalled;

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upload);
    }

    protected override async Task<(byte[]? Content, string? ContentType)> GetAsync(string url)
    {
        using var response = await browser.GetAsync(new Uri(url), Stop);
        return response.IsSuccessStatusCode
            ? (await response.Content.ReadAsByteArrayAsync(Stop), response.Content.Headers.ContentType?.ToString())
            : (null, null);
    }
}
