using ScenarioFunctions.Chaos.Simulation.Runway;
using ScenarioFunctions.Chaos.Simulation.Storage;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Chaos.Simulation;

/// <summary>Compares, at the end of a seed, the records of RunwayML, the ledger, the images, the rows and the tasks.</summary>
internal sealed class SeedAudit(SeedRun run)
{
    private readonly List<string> violations = [];

    public static SeedResult Of(SeedRun run)
    {
        var audit = new SeedAudit(run);
        audit.CheckTasks();
        audit.CheckLedger();
        var undecidable = audit.CheckOrders();
        return new SeedResult(
            run.Seed, audit.violations, run.World.Fingerprint, run.Kills, run.Runway.Orders.Count,
            run.Disk.Charges.Count, undecidable);
    }

    private void CheckTasks()
    {
        if (!run.IsOver)
        {
            Wrong($"not all tasks end: {string.Join(", ", run.Plan.Tasks.Select(task => $"{task.Id} {StateOf(task.Id)}"))}");
            return;
        }

        foreach (var task in run.Plan.Tasks)
        {
            foreach (var row in ScenesOf(task))
            {
                CheckScene(task, row);
            }

            CheckAnswer(task);
        }
    }

    private void CheckScene(PlannedTask task, SceneRow row)
    {
        var what = $"scene {row.Scene.SceneNumber} of {task.Id}, {TraceText.Of(row.State)}";
        if (IsRemade(row))
        {
            return; // the row of the image that it shows is checked
        }

        var charges = run.Disk.Charges.Count(charge => charge.Reference == $"{row.ImageOf ?? row.Id}:{row.Version}");
        var images = run.Disk.Images.Keys.Count(path => SimulatedImageStore.UrlOf(path) == row.State.ImageUrl);
        switch (row.State.Status)
        {
            case SceneStatus.Completed:
                Require(images == 1, $"{what}: completed without its image");
                Require(charges == (run.Plan.CreditsPerImage > 0 ? 1 : 0), $"{what}: charged {charges} times");
                break;
            case SceneStatus.Skipped or SceneStatus.Cancelled or SceneStatus.Failed:
                Require(row.State.Reason is not null, $"{what}: ended without a reason");
                Require(charges == 0, $"{what}: charged without an image");
                Require(row.State.ImageUrl is null, $"{what}: has an image and is not completed");
                break;
            default:
                // A failed task leaves its scenes as they were, so that a resume can continue there.
                Require(StateOf(task.Id) is TaskState.Failed, $"{what}: has not ended");
                break;
        }
    }

    private void CheckAnswer(PlannedTask task)
    {
        if (run.Disk.Tasks.Find(record => record.Snapshot.TaskId == task.Id)?.Snapshot.Result is not { } result)
        {
            return;
        }

        var rows = ScenesOf(task).ToDictionary(row => row.Scene.SceneNumber, row => row.State);
        foreach (var scene in result.Scenes.Where(scene => !ScenesOf(task).Any(row => row.Scene.SceneNumber == scene.SceneNumber && IsRemade(row))))
        {
            var state = rows[scene.SceneNumber];
            Require(
                (state.Status, state.Reason, state.ImageUrl) == (scene.Status, scene.Reason, scene.ImageUrl),
                $"{task.Id} shows {scene}, but its row is {TraceText.Of(state)}");
        }
    }

    private void CheckLedger()
    {
        foreach (var (user, account) in run.Disk.Accounts)
        {
            var charged = run.Disk.Charges.Where(charge => charge.User == user).Sum(charge => charge.Amount);
            Require(account.Balance >= 0, $"{user} is charged beyond the balance: {account.Balance}");
            Require(account.Balance + charged == run.Plan.Balances[user], $"{user}: {account.Balance} left and {charged} charged");
        }

        foreach (var (reference, hold) in run.Disk.Holds)
        {
            var left = hold.LeftAt(run.World.Now);
            Require(left == 0, $"{left} credits of {hold.User} are still held for {reference}");
        }

        foreach (var charge in run.Disk.Charges)
        {
            Require(charge.Amount == run.Plan.CreditsPerImage, $"{charge} is not the price");
        }
    }

    /// <summary>RunwayML's charges must be the ones that the scenes record, apart from those that nobody could know.</summary>
    /// <returns>The number of orders that cost something and whose answer was lost, or whose host died before recording it.</returns>
    private int CheckOrders()
    {
        var undecidable = 0;
        var told = 0;
        var scenes = run.Plan.Tasks.SelectMany(ScenesOf).ToDictionary(row => row.Scene.ImagePrompt);
        foreach (var order in run.Runway.Orders)
        {
            Require(
                order.IsCovered || StateOfTask(order) == TaskState.Cancelled,
                $"{order.Id} of {order.Prompt} was bought, and no credits were held for it");
        }

        foreach (var order in run.Runway.Orders.Where(order => order.Cost > 0))
        {
            if (scenes[order.Prompt].State is { } state && state.GenerationId == order.Id)
            {
                told += order.Cost;
                Require(!IsLost(order, state), $"{order.Id} of {order.Prompt} was paid and made, and is lost: {TraceText.Of(state)}");
            }
            else if (!order.IsAnswered || (order.Sender.IsDead && !run.Disk.HasRecorded(order.Id)))
            {
                undecidable++;
            }
            else
            {
                Wrong($"{order.Id} of {order.Prompt} cost {order.Cost}, and its scene does not know: {TraceText.Of(scenes[order.Prompt].State)}");
            }
        }

        var cost = run.Runway.Orders.Sum(order => order.Cost);
        Require(
            cost - (undecidable * RunwayService.Price) == told,
            $"RunwayML took {cost}, the scenes record {told}, {undecidable} orders are undecidable");
        return undecidable;
    }

    private static bool IsLost(Order order, SceneState state) => order is { State: OrderState.Succeeded, IsBad: false }
        && state.Reason is SceneReason.StorageFailed or SceneReason.ImageServiceUnavailable
            or SceneReason.GenerationFailed or SceneReason.OutcomeUnknown or SceneReason.ContentRejected;

    private IEnumerable<SceneRow> ScenesOf(PlannedTask task) =>
        run.Disk.Versions.Group(ScenarioIds.Scenario(task.Id));

    /// <summary>Whether a scene shows an image that was made again for it.</summary>
    private bool IsRemade(SceneRow row) => row.ImageOf is null && run.Disk.Scenes.Values.Any(
        image => image.ImageOf == row.Id && image.State is { Status: SceneStatus.Completed } state && state.ImageUrl == row.State.ImageUrl);

    private TaskState? StateOfTask(Order order) =>
        StateOf(run.Plan.Tasks.Single(task => order.Prompt.StartsWith($"{task.Id} ", StringComparison.Ordinal)).Id);

    private TaskState? StateOf(string taskId) =>
        run.Disk.Tasks.Find(record => record.Snapshot.TaskId == taskId)?.Snapshot.State;

    private void Require(bool isSo, string otherwise)
    {
        if (!isSo)
        {
            Wrong(otherwise);
        }
    }

    private void Wrong(string what) => violations.Add(what);
}

/// <summary>The result of one seed.</summary>
internal sealed record SeedResult(
    int Seed, IReadOnlyList<string> Violations, ulong Fingerprint, int Kills, int Orders, int Charges, int Undecidable);
