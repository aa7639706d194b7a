using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>
/// Forty scenes, so 39 images, while RunwayML or the disk is down; a second of the outage takes a twentieth of one.
/// </summary>
public sealed class OutageTests : IDisposable
{
    private const int Images = 39;

    private readonly HurriedTime time = new();
    private readonly HostFolder folder = new();

    public OutageTests()
    {
        folder.Settings["MAX_PARALLEL_IMAGES"] = "20";
        folder.Settings["RUNWAYML_POLL_SECONDS"] = "1";
        folder.Settings["LOCAL_STARTING_CREDITS"] = "100";
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(8)]
    [InlineData(60)]
    public async Task An_outage_of_RunwayML_loses_no_image(double seconds)
    {
        await using var runway = await ScriptedServer.StartAsync();
        var outage = new Outage(seconds);
        var taken = 0;
        runway.Otherwise = context => context.Request.Method switch
        {
            "POST" when outage.IsOn() => Reply.Status(503)(context),
            "POST" => Reply.Json($$"""{"id":"{{new Guid(Interlocked.Increment(ref taken), 0, 0, new byte[8])}}"}""")(context),
            _ when context.Request.Path.StartsWithSegments("/output") => Reply.Bytes(Tests.Core.Runway.Images.Png, "image/png")(context),
            _ => Reply.Json($$"""{"status":"SUCCEEDED","output":["{{runway.Url}}output/1.png"]}""")(context),
        };
        folder.Settings["RUNWAYML_BASE_URL"] = runway.Url.ToString();
        folder.Settings["RUNWAYML_API_SECRET"] = "key";

        await RunAsync(services => { });

        Assert.Equal(Images, taken);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(12)]
    [InlineData(20)]
    public async Task A_disk_that_is_full_for_a_while_loses_no_image(double seconds)
    {
        var outage = new Outage(seconds);
        var hasBegun = false;
        var disk = new FullDisk(act => (hasBegun |= act == Act.Record) && outage.IsOn());
        var data = await RunAsync(services => services.Observe(disk));

        Assert.Equal(Images, data.Generations.Count);
        Assert.DoesNotContain(data.Generations, generation => generation.Deleted);
    }

    public void Dispose() => folder.Dispose();

    private async Task<DataFolder> RunAsync(Action<IServiceCollection> configure)
    {
        await using (var server = await folder.StartAsync(services =>
        {
            services.AddSingleton<TimeProvider>(time);
            configure(services);
        }))
        {
            using var client = new TaskClient(server.Address);
            var task = await client.WaitAsync(await client.PostAsync(Posts.Body("outage", Images + 1, "user_1"), "key"));
            Assert.Equal("completed", (string?)task["status"]);
            Assert.All(task["scenes"]!.AsArray().Skip(1), scene => Assert.Equal(
                ("completed", null), ((string?)scene!["status"], (string?)scene["reason"])));
        }

        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
        Assert.Equal(Images, data.Ledger.Count(line => line.Action == "generate_image"));
        return data;
    }

    /// <summary>Begins with the first use.</summary>
    private sealed class Outage(double seconds)
    {
        private long began;

        public bool IsOn()
        {
            Interlocked.CompareExchange(ref began, TimeProvider.System.GetTimestamp(), 0);
            return TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(seconds) / HurriedTime.Factor;
        }
    }
}
