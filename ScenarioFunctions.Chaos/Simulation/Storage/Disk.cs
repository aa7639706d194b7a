using System.Text;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Local.Engine;

namespace ScenarioFunctions.Chaos.Simulation.Storage;

/// <summary>Everything that survives a crash of the service: its database, its images and the users' credits.</summary>
internal sealed class Disk
{
    private readonly Defect defect;

    public Disk(IReadOnlyDictionary<string, int> balances, Defect defect)
    {
        this.defect = defect;
        Versions = new SceneVersions(Scenarios, Scenes);
        Accounts = new(
            balances.ToDictionary(pair => pair.Key, pair => new Account { Balance = pair.Value }), StringComparer.Ordinal);
    }

    /// <summary>What is broken on purpose.</summary>
    public Defect Defect => defect;

    public Dictionary<Guid, ScenarioRow> Scenarios { get; } = [];

    public SortedDictionary<Guid, SceneRow> Scenes { get; } = [];

    /// <summary>The versions of the scenes' images.</summary>
    public SceneVersions Versions { get; }

    /// <summary>Which runner may order a scene's image, and until when.</summary>
    public Dictionary<Guid, (string Runner, TimeSpan Until)> Taken { get; } = [];

    /// <summary>All generations that were ever recorded, on any scene.</summary>
    public HashSet<string> Recorded { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether a generation was ever recorded: on its scene or in a journal.</summary>
    public bool HasRecorded(string generationId) => Recorded.Contains(generationId) || Tasks.Exists(task =>
        task.Journal.Values.Any(entry => Encoding.UTF8.GetString(entry.Result).Contains($"\"{generationId}\"", StringComparison.Ordinal)));

    /// <summary>The content types by path.</summary>
    public SortedDictionary<string, string> Images { get; } = new(StringComparer.Ordinal);

    /// <summary>Tasks by seq - 1.</summary>
    public List<TaskRecord> Tasks { get; } = [];

    public SortedDictionary<string, Account> Accounts { get; }

    public List<Charge> Charges { get; } = [];

    public SortedDictionary<string, Hold> Holds { get; } = new(StringComparer.Ordinal);
}

/// <summary>A defect that is made on purpose, to check that it is found.</summary>
internal enum Defect
{
    None,

    /// <summary>The ledger charges again when a charge is repeated.</summary>
    ChargesTwice,

    /// <summary>A scene's row loses the id of its generation.</summary>
    ForgetsOrders,

    /// <summary>Holds are never released.</summary>
    KeepsHolds,

    /// <summary>Stored images disappear.</summary>
    LosesImages,

    /// <summary>A task's records are lost in a crash.</summary>
    LosesTasks,
}

internal sealed class TaskRecord(TaskSnapshot snapshot, byte[] input)
{
    public TaskSnapshot Snapshot { get; set; } = snapshot;

    public byte[] Input { get; set; } = input;

    public bool IsOpen { get; set; } = true;

    public bool IsSettled { get; set; }

    public SortedDictionary<long, JournalEntry> Journal { get; } = [];
}

internal sealed class Account
{
    public long Balance { get; set; }
}

internal sealed record Charge(string User, string Reference, long Amount, string? Hold);

internal sealed class Hold(string user)
{
    public string User { get; } = user;

    public long Amount { get; set; }

    public long Captured { get; set; }

    public TimeSpan Until { get; set; }

    public bool IsReleased { get; set; }

    public bool IsOpenAt(TimeSpan now) => !IsReleased && Until > now;

    public long LeftAt(TimeSpan now) => IsOpenAt(now) ? Amount - Captured : 0;
}
