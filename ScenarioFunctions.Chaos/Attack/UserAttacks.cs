using System.Text.Json;

namespace ScenarioFunctions.Chaos.Attack;

/// <summary>A user with a token, who would like to be another one, or more than one.</summary>
internal sealed class UserAttacks(AttackRun run)
{
    private const string Project = "https://project.example";
    private const string Issuer = Project + "/auth/v1";
    private const string Secret = "the-jwt-secret-of-the-project-of-32-characters";
    private const string Tasks = "/scenario/save/tasks";

    private static readonly DateTimeOffset Later = DateTimeOffset.UtcNow.AddHours(1);

    private readonly Attacker maria = new(run.Address, Attacker.Token(Secret, Issuer, "maria", Later));
    private readonly Attacker paul = new(run.Address, Attacker.Token(Secret, Issuer, "paul", Later));

    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["SUPABASE_URL"] = Project,
        ["SUPABASE_JWT_SECRET"] = Secret,
        ["LOCAL_STARTING_CREDITS"] = "0",
    };

    public async Task RunAsync()
    {
        await run.TryAsync("tokens that are expired, unsigned, of another secret or project", TokensAsync);
        await run.TryAsync("another user's tasks, credits and posts", OthersAsync);
        await run.TryAsync("300 posts by a user without credits", PostsAsync);
        await run.TryAsync("a user's token on the emulator", async () =>
            await maria.StatusAsync("GET", "/emulators/runwayml/v1/organization") is 403 ? null : "it was let in");
    }

    private async Task<string?> TokensAsync()
    {
        string[] tokens =
        [
            Attacker.Token(Secret, Issuer, "maria", DateTimeOffset.UtcNow.AddMinutes(-5)),
            Attacker.Token(Secret, Issuer, "maria", Later, "none"),
            Attacker.Token(Secret + "x", Issuer, "maria", Later),
            Attacker.Token(Secret, "https://other.example/auth/v1", "maria", Later),
            Attacker.Token(Secret, Issuer, "../maria", Later),
            Secret, "..", "a.b.c", "",
        ];
        foreach (var token in tokens)
        {
            var attacker = maria.With(token);
            if (await attacker.StatusAsync("GET", Tasks) is var status && status is not (401 or 429))
            {
                return $"{token} was answered with {status}";
            }
        }

        return null;
    }

    private async Task<string?> OthersAsync()
    {
        var posted = await maria.SendAsync("POST", "/scenario/save", Posts.Body("mine", 2, "maria"));
        using var document = JsonDocument.Parse(posted.Body);
        var task = $"{Tasks}/{document.RootElement.GetProperty("task_id").GetString()}";
        (int Wanted, int Got)[] answers =
        [
            (200, await maria.StatusAsync("GET", task)),
            (404, await paul.StatusAsync("GET", task)),
            (404, await paul.StatusAsync("DELETE", task)),
            (403, await paul.StatusAsync("GET", $"{Tasks}?user_id=maria")),
            (403, await paul.StatusAsync("GET", "/credits/maria")),
            (403, await paul.StatusAsync("POST", "/credits/paul", """{"grant":1000}"""u8.ToArray())),
            (403, await paul.StatusAsync("POST", "/scenario/save", Posts.Body("hers", 2, "maria"))),
        ];
        var listed = (await paul.SendAsync("GET", Tasks)).Body;
        return answers.Any(answer => answer.Wanted != answer.Got) ? string.Join(", ", answers.Select(answer => $"{answer.Got} for {answer.Wanted}"))
            : listed.Contains("maria", StringComparison.Ordinal) ? "paul's list has maria's task"
            : null;
    }

    /// <summary>A scenario of a user who can make no image is saved all the same: as many as a user may post.</summary>
    private async Task<string?> PostsAsync()
    {
        var attacker = maria.With(Attacker.Token(Secret, Issuer, "poor", Later));
        var answers = await attacker.ManyAsync(300, "POST", "/scenario/save", number => Posts.Body($"post {number}", 2, "poor"));
        var (taken, refused) = (answers.Count(status => status == 202), answers.Count(status => status == 429));
        var once = await attacker.SendAsync("POST", "/scenario/save", Posts.Body("once more", 2, "poor"));
        return taken is < 1 or > 60 || taken + refused != 300 ? $"{taken} were taken and {refused} refused"
            : once.Status != 429 || once.Headers?.RetryAfter is null ? $"the next was answered with {once.Status}"
            : await maria.StatusAsync("POST", "/scenario/save", Posts.Body("another", 2, "maria")) != 202 ? "another user was held up"
            : null;
    }
}
