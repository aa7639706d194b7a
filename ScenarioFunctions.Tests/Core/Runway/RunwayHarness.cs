using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Core.Runway;

/// <summary>The client as a host gets it from <c>AddRunway</c>, and a scripted RunwayML on loopback.</summary>
internal sealed class RunwayHarness : IAsyncDisposable
{
    public const string Secret = "key_0123456789abcdefSECRET";

    private readonly TemporaryFolder folder = new();
    private readonly ServiceProvider services;

    private RunwayHarness(ScriptedServer server, RunwaySettings settings, Action<IServiceCollection>? configure)
    {
        Server = server;
        var collection = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs))
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton(settings)
            .AddSingleton(_ => new ImageStaging(folder.Path))
            .AddRunway();
        configure?.Invoke(collection);
        services = collection.BuildServiceProvider(validateScopes: true);
    }

    public ScriptedServer Server { get; }

    public LogCollector Logs { get; } = new();

    public ImpatientTime Time { get; } = new();

    public IImageGenerator Client => services.GetRequiredService<IImageGenerator>();

    public IServiceProvider Services => services;

    /// <summary>Images that are downloaded, or half so, and not disposed of.</summary>
    public string[] StagedFiles => Directory.GetFiles(folder.Path);

    public static ImageRequest Request { get; } = new(
        "gen4_image", "A red kettle", "1080:1920", [new("https://shop.example.com/kettle.png", "product")]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>With <paramref name="baseUrl"/>, another base URL than the scripted server's.</summary>
    public static async Task<RunwayHarness> StartAsync(
        string path = "", string? baseUrl = null, string? secret = Secret, Action<IServiceCollection>? configure = null)
    {
        var server = await ScriptedServer.StartAsync();
        var url = new Uri(baseUrl ?? server.Url.AbsoluteUri.TrimEnd('/') + path);
        return new(server, new RunwaySettings { ApiSecret = secret, BaseUrl = url }, configure);
    }

    /// <returns>The generation's id.</returns>
    public async Task<string> SubmitAsync() => (await Client.SubmitAsync(Request, Token)).GenerationId;

    public Task<Generation> GetAsync() => Client.GetAsync("gen-1", Token);

    public Task CancelAsync() => Client.CancelAsync("gen-1", Token);

    public Task<DownloadedImage> DownloadAsync(string url) => Client.DownloadAsync(new Uri(url), Token);

    public Task<DownloadedImage> DownloadAsync() => DownloadAsync($"{Server.Url}out.png");

    /// <summary>Asserts that the call fails, and how.</summary>
    public static async Task<ImageServiceException> FailsAsync(ImageServiceFailure failure, Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<ImageServiceException>(call);
        Assert.Equal(failure, exception.Failure);
        return exception;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Server.DisposeAsync();
        Logs.Dispose();
        folder.Dispose();
    }
}
