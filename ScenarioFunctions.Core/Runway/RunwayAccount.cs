using System.Net;
using System.Text.Json;

namespace ScenarioFunctions.Core.Runway;

/// <summary>What this process knows about the account at RunwayML.</summary>
internal sealed class RunwayAccount
{
    private const string TooFewCredits =
        "The RunwayML account has too few credits for an image, so no more images were ordered.";

    private const string DailyLimit =
        "The RunwayML account has reached its daily limit for this model, so no more images were ordered.";

    private const StringComparison Ignore = StringComparison.OrdinalIgnoreCase;

    private volatile string? exhausted;
    private volatile bool hasAnswered;

    /// <summary>Why RunwayML rejected the last order; null when it accepted it.</summary>
    public string? Exhausted => exhausted;

    /// <summary>Whether RunwayML has ever answered. If it has, its address is right.</summary>
    public bool HasAnswered
    {
        get => hasAnswered;
        set => hasAnswered = value;
    }

    /// <returns>Whether this changed anything.</returns>
    public bool SetExhausted(string? reason) => Interlocked.Exchange(ref exhausted, reason) != reason;

    /// <summary>Whether an answer says that the account is exhausted, by its status and its documented text.</summary>
    /// <returns>A sentence for people; null when the answer says something else.</returns>
    public static string? ReadExhausted(HttpStatusCode status, string body) => status switch
    {
        HttpStatusCode.BadRequest when ErrorOf(body).Contains("not have enough credits", Ignore) => TooFewCredits,
        HttpStatusCode.TooManyRequests when ErrorOf(body).Contains("daily task limit", Ignore) => DailyLimit,
        _ => null,
    };

    private static string ErrorOf(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, RunwayJson.Default.RunwayRefusal)?.Error ?? "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
