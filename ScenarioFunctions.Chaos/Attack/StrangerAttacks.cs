using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace ScenarioFunctions.Chaos.Attack;

/// <summary>A stranger, and then its owner by mistake, on a server with an API key and the emulator.</summary>
internal sealed class StrangerAttacks(AttackRun run)
{
    private const string Key = "0123456789abcdef01234567";
    private const string Emulator = "/emulators/runwayml";
    private const string Tasks = "/scenario/save/tasks";

    private static readonly string[] Tricks =
    [
        "/generated-content/../scenario.db", "/generated-content/..%2fscenario.db", "/generated-content/%2e%2e/scenario.db",
        "/generated-content/..%5cscenario.db", "/generated-content//etc/passwd", "/storage/../lock", "/studio/../appsettings.json",
        "/studio/%2e%2e%2f%2e%2e%2fScenarioFunctions.Local.dll", "/generated-content/.staging", "/server.json", "/scenario.db",
    ];

    private readonly Attacker stranger = new(run.Address);
    private readonly Attacker owner = new(run.Address, Key);

    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["API_KEY"] = Key,
        ["EMULATOR_LATENCY_SECONDS"] = "0.1",
        ["LOCAL_STARTING_CREDITS"] = "1000000",
        ["MAX_PARALLEL_IMAGES"] = "1",
        ["RUNWAYML_POLL_SECONDS"] = "5", // so that the processors are free for what is measured
    };

    public async Task RunAsync()
    {
        await run.TryAsync("the data folder is its owner's alone", () => Task.FromResult(
            RightsOfOthers(run.DataPath) is 0 ? null : "others may read it"));
        await run.TryAsync("36 bodies of 30 MiB to the emulator without the key", () =>
            NoneButAsync(stranger.ManyAsync(36, "POST", $"{Emulator}/v1/text_to_image", _ => Large(30)), 401, 413, 429, Attacker.NoAnswer));
        await run.TryAsync("36 bodies of 30 MiB to the emulator with the key", () =>
            NoneButAsync(owner.ManyAsync(36, "POST", $"{Emulator}/v1/text_to_image", _ => Large(30)), 413, Attacker.NoAnswer));
        await run.TryAsync("36 bodies of 5 MiB to the emulator with the key", () =>
            NoneButAsync(owner.ManyAsync(36, "POST", $"{Emulator}/v1/text_to_image", _ => Large(5)), 400, Attacker.NoAnswer));
        await run.TryAsync("2,000 slow orders to the emulator without the key", () =>
            NoneButAsync(stranger.ManyAsync(2000, "POST", $"{Emulator}/v1/text_to_image", Order), 401, 429));
        await run.TryAsync("the emulator's account without the key", () =>
            NoneButAsync(stranger.ManyAsync(1, "PUT", $"{Emulator}/account", _ => Json("""{"creditBalance":0}""")), 401, 429));
        await run.TryAsync("the emulator's former secret", async () =>
        {
            var former = stranger.With("emulator");
            return await NoneButAsync(former.ManyAsync(1, "GET", $"{Emulator}/v1/organization", _ => null), 401, 429);
        });
        await run.TryAsync("a link to an image that was made up", () => NoneButAsync(
            stranger.ManyAsync(1, "GET", $"{Emulator}/outputs/{Guid.NewGuid()}.png?expires=9999999999&signature=00", _ => null), 403));
        await run.TryAsync("every route without the key", RoutesAsync);
        await run.TryAsync("100 guesses of the key, and the owner beside them", GuessAsync);
        await run.TryAsync("another host's name (DNS rebinding)", RebindAsync);
        await run.TryAsync("paths out of the folder of images", TricksAsync);
        await run.TryAsync("bodies of 2 MiB, and JSON 200,000 levels deep", async () =>
            await NoneButAsync(owner.ManyAsync(20, "POST", "/scenario/save", _ => Large(2)), 413, Attacker.NoAnswer)
            ?? await NoneButAsync(owner.ManyAsync(5, "POST", "/scenario/save", _ => Json(new string('[', 200_000) + new string(']', 200_000))), 400));
        await run.TryAsync("a grant that is sent 20 times", GrantAsync);
        await run.TryAsync("escape sequences in every text", EscapesAsync);
        await run.TryAsync("health tells no path", async () =>
            (await stranger.SendAsync("GET", "/health")).Body is var body && body.Contains(run.DataPath, StringComparison.Ordinal) ? body : null);
        await run.TryAsync("eight lists at once, and a request beside them", ListsAsync);
    }

    private static int RightsOfOthers(string path) => OperatingSystem.IsWindows() ? 0 : (int)File.GetUnixFileMode(path) & 0b111_111;

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Large(int mebibytes) => Json($$"""{"model":"gen4_image","promptText":"{{new string('x', mebibytes * 1024 * 1024 - 100)}}"}""");

    private static byte[] Order(int number) => Json(
        $$"""{"model":"gen4_image","promptText":"{{number}} emulator:slow=3600","ratio":"720:720"}""");

    private static async Task<string?> NoneButAsync(Task<int[]> asked, params int[] allowed) =>
        (await asked).Except(allowed).ToList() is { Count: > 0 } others ? $"answered with {string.Join(", ", others)}" : null;

    private async Task<string?> RoutesAsync()
    {
        (string Method, string Path)[] routes =
        [
            ("POST", "/scenario/save"), ("GET", Tasks), ("GET", $"{Tasks}/x"), ("DELETE", $"{Tasks}/x"),
            ("GET", "/credits/maria"), ("POST", "/credits/maria"), ("GET", "/scenarios"), ("GET", $"/scenarios/{Guid.NewGuid()}"),
        ];
        foreach (var (method, path) in routes)
        {
            if (await stranger.StatusAsync(method, path, method == "POST" ? Json("{}") : null) is var status && status is not (401 or 429))
            {
                return $"{method} {path} answered {status}";
            }
        }

        return null;
    }

    private async Task<string?> GuessAsync()
    {
        var guesses = await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
        {
            var guess = stranger.With($"{Key[..^2]}{number:00}x");
            return await guess.StatusAsync("GET", Tasks);
        }));
        return guesses.Any(status => status is not (401 or 429)) ? "a guess was let in"
            : !guesses.Contains(429) ? "100 guesses at once were not slowed down"
            : await owner.StatusAsync("GET", Tasks) != 200 ? "the owner was slowed down"
            : !run.Log.Contains("the API key or token is", StringComparison.Ordinal) ? "no line in the log"
            : run.Log.Contains(Key, StringComparison.Ordinal) ? "the key is in the log"
            : null;
    }

    private async Task<string?> RebindAsync()
    {
        foreach (var path in new[] { "/", "/health", Tasks, $"{Emulator}/v1/organization", "/studio/" })
        {
            var (status, body, _) = await owner.SendAsync("GET", path, host: "evil.example");
            if (status != 400 || body.Contains("evil.example", StringComparison.Ordinal))
            {
                return $"{path} answered {status}: {body}";
            }
        }

        return null;
    }

    private async Task<string?> TricksAsync()
    {
        foreach (var trick in Tricks)
        {
            var (status, body, _) = await owner.SendAsync("GET", trick);
            if (status is not (404 or 400) || body.Contains("SQLite", StringComparison.Ordinal))
            {
                return $"{trick} answered {status}";
            }
        }

        return null;
    }

    private async Task<string?> GrantAsync()
    {
        var before = await BalanceAsync("grants");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            owner.SendAsync("POST", "/credits/grants", Json("""{"grant":7}"""), idempotencyKey: "payment-1")));
        var after = await BalanceAsync("grants");
        return after == before + 7 ? null : $"{before} became {after}";
    }

    private async Task<long> BalanceAsync(string user)
    {
        using var document = JsonDocument.Parse((await owner.SendAsync("GET", $"/credits/{user}")).Body);
        return document.RootElement.GetProperty("balance").GetInt64();
    }

    private async Task<string?> EscapesAsync()
    {
        const string Evil = "\u001b]0;owned\u0007\u001b[31m\r\nfail: forged";
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            short_id = "s",
            user_id = "evil",
            scenario = new { title = Evil, scenes = Enumerable.Range(0, 2).Select(_ => new { description = Evil, image_prompt = $"{Evil} emulator:fail" }) },
        });
        await owner.SendAsync("POST", "/scenario/save", body);
        await owner.SendAsync("POST", "/scenario/save", Json($$"""{"{{JsonEncodedText.Encode(Evil)}}":1}"""));
        await owner.SendAsync("GET", $"/credits/{Uri.EscapeDataString(Evil)}");
        await stranger.SendAsync("GET", $"{Tasks}/{Uri.EscapeDataString(Evil)}");
        var steering = run.Log.Where(character => char.IsControl(character) && character is not '\n').Distinct().ToList();
        return steering.Count > 0 ? $"the log has U+{(int)steering[0]:X4}" : run.Log.Contains("\nfail: forged", StringComparison.Ordinal) ? "a forged line" : null;
    }

    /// <summary>200 tasks of 20 scenes are listed 8 times at once, again and again, while another request is timed.</summary>
    private async Task<string?> ListsAsync()
    {
        var posts = await owner.ManyAsync(200, "POST", "/scenario/save", number => Posts.Body($"list {number}", 20, "lists", _ => "emulator:slow=600"));
        if (posts.Any(status => status != 202))
        {
            return $"the posts were answered with {string.Join(", ", posts.Distinct())}";
        }

        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var lists = Enumerable.Range(0, 8).Select(async _ =>
        {
            while (!enough.IsCancellationRequested)
            {
                await owner.StatusAsync("GET", $"{Tasks}?limit=100");
            }
        }).ToList();
        var slowest = TimeSpan.Zero;
        while (!enough.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            await owner.StatusAsync("GET", "/credits/lists");
            slowest = Stopwatch.GetElapsedTime(asked) is var took && took > slowest ? took : slowest;
        }

        await Task.WhenAll(lists);
        Console.WriteLine($"        the slowest request beside eight lists took {slowest.TotalMilliseconds:0} ms");
        return slowest > TimeSpan.FromSeconds(2) ? $"a request took {slowest.TotalSeconds:0.0} s" : null;
    }
}
