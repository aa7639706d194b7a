using System.Text;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Local.Engine;

namespace ScenarioFunctions.Chaos.Simulation.Storage;

/// <summary>All that outlives a crash of the service: its database, its images and the users' credits.</summary>
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

    /// <summary>What is wrong with it on purpose.</summary>
    public Defect Defect => defect;

    public Dictionary<Guid, ScenarioRow> Scenarios { get; } = [];

    public SortedDictionary<Guid, SceneRow> Scenes { get; } = [];

    /// <summary>Over both.</summary>
    public SceneVersions Versions { get; }

    /// <summary>Who may order a scene's image, and for how long.</summary>
    public Dictionary<Guid, (string Runner, TimeSpan Until)> Taken { get; } = [];

    /// <summary>Generations that were ever on record, on whatever scene.</summary>
    public HashSet<string> Recorded { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether a generation was ever on record: on its scene, or in a journal.</summary>
    public bool HasRecorded(string generationId) => Recorded.Contains(generationId) || Tasks.Exists(task =>
        task.Journal.Values.Any(entry => Encoding.UTF8.GetString(entry.Result).Contains($"\"{generationId}\"", StringComparison.Ordinal)));

    /// <summary>Path to content type.</summary>
    public SortedDictionary<string, string> Images { get; } = new(StringComparer.Ordinal);

    /// <summary>Tasks by seq - 1.</summary>
    public List<TaskRecord> Tasks { get; } = [];

    public SortedDictionary<string, Account> Accounts { get; }

    public List<Charge> Charges { get; } = [];

    public SortedDictionary<string, Hold> Holds { get; } = new(StringComparer.Ordinal);
}

/// <summary>Something that is broken on purpose, to see that it is found.</summary>
internal enum Defect
{
    None,

    /// <summary>The ledger charges once more when it is asked once more.</summary>
    ChargesTwice,

    /// <summary>A scene's row does not keep the id of its generation.</summary>
    ForgetsOrders,

    /// <summary>No hold is ever released.</summary>
    KeepsHolds,

    /// <summary>Images are not there any more.</summary>
    LosesImages,

    /// <summary>A task's records are gone after a crash, as if it had never been posted.</summary>
    LosesTasks,
}

internal sealed class TaskRecord(TaskSnapshot snapshot, byte[] input)
{
    public TaskSnapshot Snapshot { get; set; } = snapshot;

    public byte[] Input { get; } = input;

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
