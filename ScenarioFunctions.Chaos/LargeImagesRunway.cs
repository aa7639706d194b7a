using System.Buffers.Binary;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ScenarioFunctions.Chaos;

/// <summary>A RunwayML on loopback that makes every image at once, as a very large PNG.</summary>
internal sealed class LargeImagesRunway : IAsyncDisposable
{
    private static readonly byte[] Start =
        [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 4, 0, 0, 0, 4, 0, 8, 6, 0, 0, 0, 0x7F, 0x1D, 0x2B, 0x83];

    private static readonly byte[] End = [0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];
    private static readonly byte[] Zeros = new byte[64 * 1024];

    private readonly WebApplication app;
    private readonly int imageBytes;

    private LargeImagesRunway(WebApplication app, int imageBytes)
    {
        this.app = app;
        this.imageBytes = imageBytes;
        app.MapPost("/v1/text_to_image", () => new { id = Guid.NewGuid() });
        app.MapGet("/v1/tasks/{id}", (Guid id) => new { id, status = "SUCCEEDED", output = new[] { $"{Url}outputs/{id}.png" } });
        app.MapGet("/outputs/{name}", SendAsync);
    }

    /// <summary>The settings of a server that uses it.</summary>
    public (string Name, string Value)[] Settings =>
        [("RUNWAYML_BASE_URL", Url.ToString()), ("RUNWAYML_API_SECRET", "key"), ("RUNWAYML_POLL_SECONDS", "0.05")];

    private Uri Url => new(app.Urls.Single());

    public static async Task<LargeImagesRunway> StartAsync(int imageBytes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var runway = new LargeImagesRunway(builder.Build(), imageBytes);
        await runway.app.StartAsync();
        return runway;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task SendAsync(HttpResponse response)
    {
        var pixels = imageBytes - Start.Length - End.Length - 12;
        var chunk = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, pixels);
        "IDAT"u8.CopyTo(chunk.AsSpan(4));

        response.ContentType = "image/png";
        response.ContentLength = imageBytes;
        await response.Body.WriteAsync(Start);
        await response.Body.WriteAsync(chunk);
        for (var left = pixels + 4; left > 0; left -= Zeros.Length)
        {
            await response.Body.WriteAsync(Zeros.AsMemory(0, Math.Min(left, Zeros.Length)));
        }

        await response.Body.WriteAsync(End);
    }
}
