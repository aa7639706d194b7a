using Microsoft.Data.Sqlite;

namespace ScenarioFunctions.Emulator;

/// <summary>
/// RunwayML without its models: it accepts orders, lets them take their time, and knows the state of each. Open generations are
/// in memory, and all generations are on disk, so a restart continues where the last process was.
/// </summary>
internal sealed class RunwayEmulator
{
    /// <summary>How long a generation is kept at least. RunwayML deletes its outputs after 24 to 48 hours.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(48);

    /// <summary>Old generations are removed after so many orders.</summary>
    private const int OrdersBetweenRemovals = 1_000;

    private readonly GenerationTable table;
    private readonly Illustrator illustrator;
    private readonly EmulatorSettings settings;
    private readonly TimeProvider clock;
    private readonly ILogger<RunwayEmulator> logger;
    private readonly Dictionary<string, EmulatorSchedule> schedules = [];
    private readonly Lock gate = new();
    private readonly DateTimeOffset startedAt;
    private readonly long startTimestamp;
    private int orders;

    public RunwayEmulator(
        GenerationTable table, Illustrator illustrator, EmulatorSettings settings, TimeProvider clock, ILogger<RunwayEmulator> logger)
    {
        this.table = table;
        this.illustrator = illustrator;
        this.settings = settings;
        this.clock = clock;
        this.logger = logger;
        Links = new SignedLinks(table.LinkKey());
        var latest = DateTimeOffset.MinValue;
        var known = table.Replay(
            generation =>
            {
                latest = generation.CreatedAt;
                ScheduleOf(generation.Model).Add(generation);
            },
            (generation, deletedAt) => ScheduleOf(generation.Model).Cancel(generation.Id, latest = deletedAt));
        startTimestamp = clock.GetTimestamp();
        startedAt = clock.GetUtcNow() is var now && now > latest ? now : latest;
        EmulatorLog.Loaded(logger, known, schedules.Values.Sum(schedule => schedule.CountOpen(startedAt)));
    }

    /// <summary>
    /// The emulator's own time. It starts at the system's time, but not before the latest record, and then runs evenly: setting the
    /// system's clock back does not delay a generation, and setting it forward does not end one early.
    /// </summary>
    public DateTimeOffset Now => startedAt + clock.GetElapsedTime(startTimestamp);

    /// <summary>Signs the links for outputs and uploads. They stay valid over a restart.</summary>
    public SignedLinks Links { get; }

    /// <summary>The credits that are left, and the daily limit of each model.</summary>
    public EmulatedAccount Account
    {
        get => table.Account();
        set => table.SetAccount(value);
    }

    /// <summary>Records and charges an order, or rejects it.</summary>
    /// <exception cref="SqliteException">The order could not be recorded and is dropped.</exception>
    public OrderOutcome Create(ImageOrder order, PromptWords words)
    {
        EmulatedGeneration generation;
        lock (gate)
        {
            generation = Generation(order, words);
            if (RefusalOf(generation, words) is { } refusal)
            {
                return new OrderOutcome(null, refusal);
            }

            if (++orders % OrdersBetweenRemovals == 0)
            {
                table.Forget(generation.CreatedAt - Kept);
            }

            table.Add(generation);
            ScheduleOf(generation.Model).Add(generation);
        }

        illustrator.Begin(generation);
        EmulatorLog.Created(logger, generation.Id, generation.Model, generation.Width, generation.Height);
        return new OrderOutcome(generation, null);
    }

    /// <returns>Null when there is no such generation, or no longer.</returns>
    public GenerationProgress? Find(Guid id)
    {
        lock (gate)
        {
            var now = Now;
            if (schedules.Values.Select(schedule => schedule.Find(id, now)).FirstOrDefault(run => run is not null) is { } run)
            {
                return GenerationProgress.Of(run, now);
            }
        }

        return table.Find(id) is { } ended ? GenerationProgress.Ended(ended) : null;
    }

    /// <summary>
    /// Cancels an open generation, and deletes any other. One that has not started is refunded. RunwayML does not say what a
    /// cancelled running generation costs, so here it costs its full price.
    /// </summary>
    /// <returns>False when there is no such generation, or no longer.</returns>
    public bool Delete(Guid id)
    {
        illustrator.Forget(id);
        bool deleted;
        lock (gate)
        {
            var now = Now;
            var run = schedules.Values.Select(schedule => schedule.Cancel(id, now)).FirstOrDefault(run => run is not null);
            deleted = table.Delete(id, now, refund: run is { StartedAt: null } ? run.Generation.Cost : 0);
        }

        if (deleted)
        {
            EmulatorLog.Deleted(logger, id);
        }

        return deleted;
    }

    /// <summary>How many generations were created in the last 24 hours, by model.</summary>
    public IReadOnlyDictionary<string, int> DailyGenerations() => table.CountSince(Now.AddDays(-1));

    private EmulatedGeneration Generation(ImageOrder order, PromptWords words)
    {
        var id = Guid.NewGuid();
        return new EmulatedGeneration(
            id, order.Model.Name, order.PromptText, order.Width, order.Height, order.Seed,
            order.Model.Cost(order), FailureCodes.Of(id, words, settings.FailureRate),
            words.Latency ?? settings.Latency, Now);
    }

    private OrderRefusal? RefusalOf(EmulatedGeneration generation, PromptWords words)
    {
        var account = Account;
        return schedules.Values.Sum(schedule => schedule.CountOpen(generation.CreatedAt)) >= settings.MaxOpen
            ? OrderRefusal.QueueFull
            : words.Empty || account.CreditBalance < generation.Credits ? OrderRefusal.NoCredits
            : words.Capped || (account.MaxDailyGenerations is { } most
                && DailyGenerations().GetValueOrDefault(generation.Model) >= most) ? OrderRefusal.DailyLimit
            : null;
    }

    /// <summary>RunwayML's limits are per model, so models do not wait for each other.</summary>
    private EmulatorSchedule ScheduleOf(string model)
    {
        if (!schedules.TryGetValue(model, out var schedule))
        {
            schedules.Add(model, schedule = new EmulatorSchedule(settings.Concurrency));
        }

        return schedule;
    }
}

/// <summary>The outcome of an order: a generation, or why there is none.</summary>
internal sealed record OrderOutcome(EmulatedGeneration? Generation, OrderRefusal? Refusal);

/// <summary>Why a valid order is rejected.</summary>
internal enum OrderRefusal
{
    /// <summary>The account has too few credits.</summary>
    NoCredits,

    /// <summary>The model has reached its limit for 24 hours.</summary>
    DailyLimit,

    /// <summary>Too many generations are open.</summary>
    QueueFull,
}

internal static partial class EmulatorLog
{
    [LoggerMessage(600, LogLevel.Debug, "The RunwayML emulator knows {Known} generations, {Open} of them open")]
    public static partial void Loaded(ILogger logger, int known, int open);

    [LoggerMessage(601, LogLevel.Debug, "The RunwayML emulator took generation {GenerationId}: {Model}, {Width}x{Height}")]
    public static partial void Created(ILogger logger, Guid generationId, string model, int width, int height);

    [LoggerMessage(602, LogLevel.Debug, "The RunwayML emulator deleted generation {GenerationId}")]
    public static partial void Deleted(ILogger logger, Guid generationId);
}
