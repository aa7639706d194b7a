using Microsoft.Data.Sqlite;

namespace ScenarioFunctions.Emulator;

/// <summary>
/// RunwayML, without its models: takes orders, lets them take their time, and knows what has become of each.
/// Open generations are in memory, and all are on disk, so a new start goes on where the last one was.
/// </summary>
internal sealed class RunwayEmulator
{
    /// <summary>How long a generation is known at least. RunwayML deletes its outputs after 24 to 48 hours.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(48);

    /// <summary>After so many orders, those that are too old are removed.</summary>
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
    /// The emulator's own time. It starts at the system's time, but not before what is on record, and then goes on
    /// evenly: a system clock that is set back holds up no generation, and one that is set forward ends none early.
    /// </summary>
    public DateTimeOffset Now => startedAt + clock.GetElapsedTime(startTimestamp);

    /// <summary>Signs the links to outputs and for uploads. They outlive a restart.</summary>
    public SignedLinks Links { get; }

    /// <summary>What is left of the project's credits, and the daily limit of each model.</summary>
    public EmulatedAccount Account
    {
        get => table.Account();
        set => table.SetAccount(value);
    }

    /// <summary>Takes an order, which is kept and paid when this returns, or refuses it.</summary>
    /// <exception cref="SqliteException">It could not be kept, and is forgotten.</exception>
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

    /// <returns>Null when there is none of this id, or no longer.</returns>
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
    /// Cancels an open generation, and deletes any other. One that still waited costs nothing then; RunwayML does not
    /// say what one costs that ran, so it costs its price.
    /// </summary>
    /// <returns>False when there is none of this id, or no longer.</returns>
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

    /// <summary>How many were created in the last 24 hours, by model.</summary>
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

    /// <summary>RunwayML's limits are per model: two models do not wait for each other.</summary>
    private EmulatorSchedule ScheduleOf(string model)
    {
        if (!schedules.TryGetValue(model, out var schedule))
        {
            schedules.Add(model, schedule = new EmulatorSchedule(settings.Concurrency));
        }

        return schedule;
    }
}

/// <summary>What became of an order: a generation, or why there is none.</summary>
internal sealed record OrderOutcome(EmulatedGeneration? Generation, OrderRefusal? Refusal);

/// <summary>Why an order without fault is not taken.</summary>
internal enum OrderRefusal
{
    /// <summary>The account has too few credits.</summary>
    NoCredits,

    /// <summary>The model has made as many as it may in 24 hours.</summary>
    DailyLimit,

    /// <summary>Too many are open.</summary>
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
