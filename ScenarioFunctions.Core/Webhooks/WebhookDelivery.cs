using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Json;

namespace ScenarioFunctions.Core.Webhooks;

/// <summary>How far the delivery of a task's webhook has come. Each host stores it after every attempt.</summary>
public sealed record WebhookDelivery
{
    /// <summary>
    /// The pauses between the attempts: 11 in 23 h 42 min. The first come quickly, as most faults are short; the last ones leave
    /// the time to repair a receiver.
    /// </summary>
    public static readonly IReadOnlyList<TimeSpan> Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(7), TimeSpan.FromHours(9),
    ];

    /// <summary>A longer <c>Retry-After</c> counts as this.</summary>
    private static readonly TimeSpan MaxPause = TimeSpan.FromDays(1);

    public WebhookStatus Status { get; init; } = WebhookStatus.Pending;

    /// <summary>Attempts since the task ended, or since the webhook was last sent again by hand.</summary>
    public int Attempts { get; init; }

    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>Null for at once, or when there will be none.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Text for people: why the last attempt failed.</summary>
    public string? Error { get; init; }

    /// <summary>The delivery after one more attempt.</summary>
    public WebhookDelivery After(WebhookOutcome outcome, DateTimeOffset now)
    {
        var tried = this with { Attempts = Attempts + 1, LastAttemptAt = now, NextAttemptAt = null, Error = outcome.Error };
        return outcome.Verdict switch
        {
            WebhookVerdict.Delivered => tried with { Status = WebhookStatus.Delivered },
            WebhookVerdict.Failed when Attempts < Pauses.Count => tried with { NextAttemptAt = now + PauseAfter(outcome) },
            _ => tried with { Status = WebhookStatus.Failed },
        };
    }

    private TimeSpan PauseAfter(WebhookOutcome outcome)
    {
        var asked = outcome.RetryAfter > MaxPause ? MaxPause : outcome.RetryAfter ?? TimeSpan.Zero;
        return asked > Pauses[Attempts] ? asked : Pauses[Attempts];
    }
}

[JsonConverter(typeof(EnumNameConverter<WebhookStatus>))]
public enum WebhookStatus
{
    /// <summary>The task has not ended.</summary>
    Waiting,

    /// <summary>It is being sent, or will be sent again after a failed attempt.</summary>
    Pending,

    Delivered,

    /// <summary>It is not sent any more, unless somebody asks for it.</summary>
    Failed,
}

/// <summary>The outcome of one attempt.</summary>
/// <param name="Verdict">What follows.</param>
/// <param name="Error">Text for people; null when delivered.</param>
/// <param name="RetryAfter">The pause that the receiver asked for.</param>
public sealed record WebhookOutcome(WebhookVerdict Verdict, string? Error = null, TimeSpan? RetryAfter = null);

[JsonConverter(typeof(EnumNameConverter<WebhookVerdict>))]
public enum WebhookVerdict
{
    Delivered,

    /// <summary>Another try may succeed.</summary>
    Failed,

    /// <summary>The receiver wants no more webhooks at this URL.</summary>
    Gone,

    /// <summary>Nothing was sent, as the task has not ended.</summary>
    NotEnded,

    /// <summary>Nothing was sent, as the task was removed, or continued after its failure.</summary>
    Superseded,
}
