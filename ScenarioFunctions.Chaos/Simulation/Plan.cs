namespace ScenarioFunctions.Chaos.Simulation;

/// <summary>
/// What happens in one seed: its tasks, and how often each fault occurs. Most seeds have only some kinds of faults, as a seed
/// with all of them seldom gets far.
/// </summary>
internal sealed record Plan
{
    /// <summary>After this time there are no more faults, so all tasks must end.</summary>
    public static readonly TimeSpan FaultsEnd = TimeSpan.FromMinutes(12);

    public required IReadOnlyList<PlannedTask> Tasks { get; init; }
    public required IReadOnlyDictionary<string, int> Balances { get; init; }
    public required int CreditsPerImage { get; init; }
    public required int MaxParallelImages { get; init; }
    public required TimeSpan ImageStepBudget { get; init; }
    public required TimeSpan ImageTimeout { get; init; }
    public required StorageFaults Storage { get; init; }
    public required RunwayFaults Runway { get; init; }
    public required HostFaults Host { get; init; }

    public int Images => Tasks.Sum(task => task.Scenes - 1);

    public override string ToString() =>
        $"{string.Join("; ", Tasks.Select(task => $"{task.Id} of {task.User}, {task.Scenes} scenes, at {task.PostAt:mm\\:ss}, cancelled after {task.CancelAt:mm\\:ss}, continued after {task.ResumesAfter:mm\\:ss}"))}; "
        + $"credits {string.Join(", ", Balances.Select(pair => $"{pair.Key} {pair.Value}"))}, {CreditsPerImage} for an image; "
        + $"{MaxParallelImages} images at once; {ImageStepBudget:mm\\:ss} for a step, {ImageTimeout:mm\\:ss} for an image; {Storage}; {Runway}; {Host}";

    public static Plan Draw(Random random)
    {
        var users = random.Next(1, 4);
        var perImage = random.Next(8) == 0 ? 0 : random.Next(1, 4);
        var tasks = Enumerable.Range(1, random.Next(1, 6)).Select(number => new PlannedTask(
            $"task-{number}", $"user-{random.Next(1, users + 1)}", random.Next(1, 7),
            PostAt: Seconds(random, 0, 20),
            CancelAt: Sometimes(random, 4) ? Seconds(random, 0, 120) : null)
        {
            ResumesAfter = Sometimes(random, 2) ? Seconds(random, 0, 300) : null,
        }).ToArray();
        var isPoor = Sometimes(random, 2);
        var plan = new Plan
        {
            Tasks = tasks,
            Balances = Enumerable.Range(1, users).ToDictionary(
                user => $"user-{user}", _ => isPoor ? random.Next(0, 30) : 1000),
            CreditsPerImage = perImage,
            MaxParallelImages = random.Next(1, 7),
            ImageStepBudget = Seconds(random, 10, 240),
            ImageTimeout = Seconds(random, 300, 1800),
            Storage = StorageFaults.Draw(random),
            Runway = RunwayFaults.Draw(random),
            Host = HostFaults.Draw(random),
        };
        var redos = tasks.Where(_ => Sometimes(random, 3)).Select(task => new PlannedTask(
            $"{task.Id}-redo", task.User, task.Scenes, Seconds(random, 0, 20), Sometimes(random, 4) ? Seconds(random, 0, 60) : null)
        {
            Redoes = task,
        });
        return plan with { Tasks = [.. tasks, .. redos] };
    }

    internal static bool Sometimes(Random random, int oneIn) => random.Next(oneIn) == 0;

    internal static TimeSpan Seconds(Random random, double least, double most) =>
        TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least)));

    internal static double Rate(Random random, int oneIn, double most) =>
        Sometimes(random, oneIn) ? random.NextDouble() * most : 0;

    /// <summary>Some spans of time, each from a fraction of a second to minutes.</summary>
    internal static Spans Spans(Random random, int oneIn)
    {
        if (!Sometimes(random, oneIn))
        {
            return new Spans([]);
        }

        return new Spans([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
        {
            var from = Seconds(random, 0, 90);
            return new Span(from, from + TimeSpan.FromSeconds(0.05 * Math.Pow(10, random.NextDouble() * 3.6)));
        })]);
    }
}

/// <summary>A scenario that is posted, and perhaps cancelled so much later.</summary>
internal sealed record PlannedTask(string Id, string User, int Scenes, TimeSpan PostAt, TimeSpan? CancelAt)
{
    /// <summary>The task whose images it makes again, once that has ended; null for a task that saves a scenario.</summary>
    public PlannedTask? Redoes { get; init; }

    /// <summary>How long after its failure it is continued, once; null leaves it failed.</summary>
    public TimeSpan? ResumesAfter { get; init; }
}

internal sealed class Spans(IReadOnlyList<Span> all)
{
    public bool IsEmpty => all.Count == 0;

    public bool Has(TimeSpan time) => all.Any(span => span.Has(time));

    public override string ToString() => IsEmpty ? "never" : string.Join(", ", all);
}

internal readonly record struct Span(TimeSpan From, TimeSpan To)
{
    public override string ToString() => $"{From:mm\\:ss\\.ff} to {To:mm\\:ss\\.ff}";

    public bool Has(TimeSpan time) => time >= From && time < To;
}

/// <param name="Refused">How often a call fails without effect.</param>
/// <param name="AnswerLost">How often a call has its effect but fails.</param>
/// <param name="Down">When every call fails.</param>
internal sealed record StorageFaults(double Refused, double AnswerLost, Spans Down)
{
    public static StorageFaults Draw(Random random) => new(
        Plan.Rate(random, 3, 0.2), Plan.Rate(random, 3, 0.2), Plan.Spans(random, 4));
}

/// <summary>RunwayML's faults; the rates are per call or per generation.</summary>
internal sealed record RunwayFaults
{
    /// <summary>The call is accepted, but its answer is lost.</summary>
    public required double AnswerLost { get; init; }

    /// <summary>There is no answer at all, whether the call was accepted or not.</summary>
    public required double Hangs { get; init; }

    /// <summary>429 or 503.</summary>
    public required double Busy { get; init; }

    public required Spans Unreachable { get; init; }
    public required Spans Down { get; init; }
    public required double Rejected { get; init; }
    public required double FailsForNow { get; init; }
    public required double FailsForGood { get; init; }

    /// <summary>The generation takes longer than the service waits.</summary>
    public required double NeverEnds { get; init; }

    /// <summary>The output is not an image.</summary>
    public required double BadOutput { get; init; }

    /// <summary>The output's first URL has expired.</summary>
    public required double Expired { get; init; }

    /// <summary>How many orders the account has credits for.</summary>
    public required int Account { get; init; }

    /// <summary>How many orders the daily limit allows.</summary>
    public required int DailyCap { get; init; }

    public static RunwayFaults Draw(Random random) => new()
    {
        AnswerLost = Plan.Rate(random, 3, 0.2),
        Hangs = Plan.Rate(random, 6, 0.1),
        Busy = Plan.Rate(random, 3, 0.5),
        Unreachable = Plan.Spans(random, 4),
        Down = Plan.Spans(random, 4),
        Rejected = Plan.Rate(random, 3, 0.5),
        FailsForNow = Plan.Rate(random, 3, 0.5),
        FailsForGood = Plan.Rate(random, 4, 0.3),
        NeverEnds = Plan.Rate(random, 8, 0.2),
        BadOutput = Plan.Rate(random, 4, 0.3),
        Expired = Plan.Rate(random, 4, 0.5),
        Account = Plan.Sometimes(random, 6) ? random.Next(0, 10) : int.MaxValue,
        DailyCap = Plan.Sometimes(random, 6) ? random.Next(0, 10) : int.MaxValue,
    };
}

/// <param name="KilledAt">The probability that the host dies at one of its events.</param>
/// <param name="Kills">The maximum number of kills.</param>
/// <param name="StopsAmongKills">The share of these that are a normal stop.</param>
internal sealed record HostFaults(double KilledAt, int Kills, double StopsAmongKills)
{
    public static HostFaults Draw(Random random) => Plan.Sometimes(random, 3)
        ? new HostFaults(0, 0, 0)
        : new HostFaults(Math.Pow(10, -1 - (random.NextDouble() * 2)), random.Next(1, 6), random.NextDouble() * 0.5);
}
