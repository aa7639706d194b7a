using Microsoft.Data.Sqlite;
using ScenarioFunctions.Emulator.Pictures;

namespace ScenarioFunctions.Emulator;

/// <summary>
/// RunwayML, without its models: takes orders, lets them take their time, and knows what has become of each.
/// Open generations are in memory, and all are on disk, so a new start goes on where the last one was.
/// </summary>
internal sealed class RunwayEmulator
{
    private readonly GenerationTable table;
    private readonly Illustrator illustrator;
    private readonly EmulatorSettings settings;
    private readonly TimeProvider clock;
    private readonly ILogger<RunwayEmulator> logger;
    private readonly EmulatorSchedule schedule;
    private readonly Lock gate = new();
    private readonly DateTimeOffset startedAt;
    private readonly long startTimestamp;

    public RunwayEmulator(
        GenerationTable table, Illustrator illustrator, EmulatorSettings settings, TimeProvider clock, ILogger<RunwayEmulator> logger)
    {
        this.table = table;
        this.illustrator = illustrator;
        this.settings = settings;
        this.clock = clock;
        this.logger = logger;
        schedule = new EmulatorSchedule(settings.Concurrency);
        var latest = DateTimeOffset.MinValue;
        var known = table.Replay(
            generation =>
            {
                latest = generation.CreatedAt;
                schedule.Add(generation);
            },
            (id, deletedAt) => schedule.Cancel(id, latest = deletedAt));
        startTimestamp = clock.GetTimestamp();
        startedAt = clock.GetUtcNow() is var now && now > latest ? now : latest;
        EmulatorLog.Loaded(logger, known, schedule.CountOpen(startedAt));
    }

    /// <summary>
    /// The emulator's own time. It starts at the system's time, but not before what is on record, and then goes on
    /// evenly: a system clock that is set back holds up no generation, and one that is set forward ends none early.
    /// </summary>
    public DateTimeOffset Now => startedAt + clock.GetElapsedTime(startTimestamp);

    /// <summary>Takes an order; it is kept when this returns.</summary>
    /// <exception cref="SqliteException">It could not be kept, and is forgotten.</exception>
    public EmulatedGeneration Create(ImageOrder order, PromptWords words)
    {
        EmulatedGeneration generation;
        lock (gate)
        {
            generation = Generation(order, words);
            schedule.Add(generation);
        }

        try
        {
            table.Add(generation);
        }
        catch
        {
            Cancel(generation.Id);
            throw;
        }

        illustrator.Begin(generation);
        EmulatorLog.Created(logger, generation.Id, generation.Model, generation.Width, generation.Height);
        return generation;
    }

    /// <returns>Null when there is none of this id, or no longer.</returns>
    public GenerationProgress? Find(Guid id)
    {
        lock (gate)
        {
            var now = Now;
            if (schedule.Find(id, now) is { } run)
            {
                return GenerationProgress.Of(run, now);
            }
        }

        return table.Find(id) is { } ended ? GenerationProgress.Ended(ended) : null;
    }

    /// <summary>Cancels an open generation, and deletes any other.</summary>
    /// <returns>False when there is none of this id, or no longer.</returns>
    public bool Delete(Guid id)
    {
        illustrator.Forget(id);
        var deleted = table.Delete(id, Cancel(id));
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
            order.Model.Cost(order.Width, order.Height), FailureCodes.Of(id, words, settings.FailureRate),
            words.Latency ?? settings.Latency, Now);
    }

    /// <returns>When it was cancelled.</returns>
    private DateTimeOffset Cancel(Guid id)
    {
        lock (gate)
        {
            var now = Now;
            schedule.Cancel(id, now);
            return now;
        }
    }
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
