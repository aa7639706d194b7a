using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Chaos.Simulation.Storage;

/// <summary>The contract of <see cref="ICreditLedger"/>, in a few lines.</summary>
internal sealed class SimulatedLedger(StorageLink link, Disk disk, World world) : ICreditLedger
{
    public Task<CreditBalance> GetBalanceAsync(string userId, CancellationToken cancellationToken) =>
        link.CallAsync($"balance of {userId}", () => BalanceOf(userId), cancellationToken);

    public Task<long?> HoldAsync(
        string userId, long amount, string reference, TimeSpan lifetime, CancellationToken cancellationToken) =>
        link.CallAsync($"hold {amount} of {userId} for {reference}", () => Hold(userId, amount, reference, lifetime), cancellationToken);

    public Task<bool> DeductAsync(
        string userId, string action, int amount, string reference, string? hold, CancellationToken cancellationToken) =>
        link.CallAsync($"charge {userId} {amount} for {reference}", () => Deduct(userId, amount, reference, hold), cancellationToken);

    public Task<long> ReleaseAsync(string hold, CancellationToken cancellationToken) =>
        link.CallAsync($"release {hold}", () => Release(hold), cancellationToken);

    private CreditBalance BalanceOf(string user) => new(
        disk.Accounts[user].Balance,
        disk.Holds.Values.Where(hold => hold.User == user).Sum(hold => hold.LeftAt(world.Now)));

    private long? Hold(string user, long amount, string reference, TimeSpan lifetime)
    {
        var known = disk.Holds.GetValueOrDefault(reference);
        if (known is not null && known.User != user)
        {
            return null;
        }

        var until = world.Now + lifetime;
        if (known?.IsOpenAt(world.Now) == true)
        {
            known.Until = known.Until > until ? known.Until : until;
            return 0;
        }

        if (BalanceOf(user).Available < amount)
        {
            return null;
        }

        known = disk.Holds[reference] = known ?? new Hold(user);
        known.Amount = known.Captured + amount;
        known.Until = until;
        known.IsReleased = false;
        return amount;
    }

    private bool Deduct(string user, int amount, string reference, string? hold)
    {
        if (disk.Defect != Defect.ChargesTwice && disk.Charges.Any(charge => charge.Reference == reference))
        {
            return true;
        }

        if (hold is not null && disk.Holds.TryGetValue(hold, out var open)
            && open.User == user && open.IsOpenAt(world.Now) && open.LeftAt(world.Now) >= amount)
        {
            open.Captured += amount;
        }
        else if (BalanceOf(user).Available < amount)
        {
            return false;
        }

        disk.Accounts[user].Balance -= amount;
        disk.Charges.Add(new Charge(user, reference, amount, hold));
        return true;
    }

    private long Release(string reference)
    {
        if (!disk.Holds.TryGetValue(reference, out var hold) || hold.IsReleased)
        {
            return 0;
        }

        if (disk.Defect == Defect.KeepsHolds)
        {
            return 0;
        }

        var left = hold.LeftAt(world.Now);
        hold.IsReleased = true;
        return left;
    }
}
