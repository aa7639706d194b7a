using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ScenarioFunctions.Chaos.Storm;

/// <summary>
/// Stands between the service and RunwayML's emulator. Now and then it answers all with 503, for a fraction of a second or
/// a few: RunwayML then takes nothing.
/// </summary>
internal sealed class UnreliableRunway : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(6);

    private readonly long started = Stopwatch.GetTimestamp();
    private readonly HttpClient emulator;
    private readonly WebApplication app;
    private readonly int seed;
    private int underWay;
    private int refused;

    private UnreliableRunway(Uri emulatorAddress, int seed)
    {
        this.seed = seed;
        emulator = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = emulatorAddress };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(ForwardAsync);
    }

    public Uri Address => new(app.Urls.First());

    /// <summary>Requests that the emulator has not answered yet.</summary>
    public int UnderWay => Volatile.Read(ref underWay);

    public int Refused => Volatile.Read(ref refused);

    public static async Task<UnreliableRunway> StartAsync(Uri emulatorAddress, int seed)
    {
        var runway = new UnreliableRunway(emulatorAddress, seed);
        await runway.app.StartAsync();
        return runway;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        emulator.Dispose();
    }

    /// <summary>One outage in each period, of 0.1 to 3 s.</summary>
    private bool IsDown()
    {
        var time = Stopwatch.GetElapsedTime(started);
        var random = new Random(HashCode.Combine(seed, (int)(time / Period)));
        var from = random.NextDouble() * 3;
        var second = (time.Ticks % Period.Ticks) / (double)TimeSpan.TicksPerSecond;
        return second >= from && second < from + 0.1 + (2.9 * Math.Pow(random.NextDouble(), 2));
    }

    /// <summary>A client that is gone does not stop it: what was sent arrives.</summary>
    private async Task ForwardAsync(HttpContext context)
    {
        if (IsDown())
        {
            Interlocked.Increment(ref refused);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        Interlocked.Increment(ref underWay);
        try
        {
            using var answer = await emulator.SendAsync(await RequestAsync(context.Request));
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            context.Response.ContentLength = answer.Content.Headers.ContentLength;
            await answer.Content.CopyToAsync(context.Response.Body);
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }

    private static async Task<HttpRequestMessage> RequestAsync(HttpRequest request)
    {
        var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var forwarded = new HttpRequestMessage(new HttpMethod(request.Method), $"{request.Path}{request.QueryString}");
        if (body.Length > 0)
        {
            forwarded.Content = new ByteArrayContent(body.ToArray());
            forwarded.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }

        foreach (var name in new[] { "Authorization", "X-Runway-Version" })
        {
            forwarded.Headers.TryAddWithoutValidation(name, request.Headers[name].ToString());
        }

        return forwarded;
    }
}
