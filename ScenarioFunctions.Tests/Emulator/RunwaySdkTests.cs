using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using ScenarioFunctions.Emulator;
using ScenarioFunctions.Tests.Infrastructure;
using SkiaSharp;

namespace ScenarioFunctions.Tests.Emulator;

/// <summary>RunwayML's own SDK, from npm, against the emulator. It first asks for a task after about six seconds.</summary>
public sealed class RunwaySdkTests
{
    private static readonly EmulatorSettings Quick = new() { Latency = TimeSpan.FromSeconds(0.1) };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_sdk_makes_an_image_and_waits_for_it()
    {
        await using var server = await EmulatorServer.StartAsync(Quick, TimeProvider.System);

        var task = await RunSdkAsync(server, "A lighthouse at dusk");

        Assert.Equal("SUCCEEDED", task.GetProperty("status").GetString());
        var png = await server.Client.GetByteArrayAsync(task.GetProperty("output")[0].GetString(), Cancel);
        using var image = SKBitmap.Decode(png);
        Assert.Equal((1280, 720), (image.Width, image.Height));
    }

    [Fact]
    public async Task The_sdk_uploads_a_reference_and_makes_an_image_with_it()
    {
        await using var server = await EmulatorServer.StartAsync(Quick, TimeProvider.System);
        using var folder = new TemporaryFolder();
        var cup = folder.File("cup.png");
        await File.WriteAllBytesAsync(cup, new byte[2 * 1024 * 1024], Cancel);

        var task = await RunSdkAsync(server, "A lighthouse as @product", cup);

        Assert.Equal("SUCCEEDED", task.GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_sdk_understands_a_failure()
    {
        await using var server = await EmulatorServer.StartAsync(Quick, TimeProvider.System);

        var outcome = await RunSdkAsync(server, "emulator:reject");

        Assert.Equal("TaskFailedError", outcome.GetProperty("error").GetString());
        Assert.Equal("SAFETY.INPUT.TEXT", outcome.GetProperty("task").GetProperty("failureCode").GetString());
    }

    [Fact]
    public async Task The_sdk_understands_a_refusal()
    {
        await using var server = await EmulatorServer.StartAsync(Quick, TimeProvider.System);

        var outcome = await RunSdkAsync(server, new string('x', 1001));

        Assert.Equal("BadRequestError", outcome.GetProperty("error").GetString());
        Assert.Equal("promptText", outcome.GetProperty("body").GetProperty("issues")[0].GetProperty("path")[0].GetString());
    }

    /// <returns>The JSON that the script prints.</returns>
    private static async Task<JsonElement> RunSdkAsync(EmulatorServer server, params string[] arguments)
    {
        var folder = await NpmFolder.InstalledAsync("runway-sdk");
        var start = new ProcessStartInfo("node", [Path.Combine(folder, "make-image.mjs"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["RUNWAYML_BASE_URL"] = server.Client.BaseAddress!.ToString().TrimEnd('/');
        start.Environment["RUNWAYML_API_SECRET"] = "key_test";
        using var node = Start(start);
        var errors = node.StandardError.ReadToEndAsync(Cancel);
        var output = await node.StandardOutput.ReadToEndAsync(Cancel);
        await node.WaitForExitAsync(Cancel);
        Assert.True(output.Length > 0, await errors);
        return JsonElement.Parse(output);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("Node.js is not installed; it takes version 20 or later.");
            throw;
        }
    }
}
