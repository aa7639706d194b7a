using System.Collections.Concurrent;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Tests.Infrastructure.Api;

/// <summary>100 credits for everyone, and more when granted.</summary>
internal sealed class FakeCredits : ICreditLedger, ICreditGrants
{
    private readonly ConcurrentDictionary<string, long> balances = new();
    private readonly ConcurrentDictionary<string, (string UserId, int Amount)> grants = new();

    public Exception? Failure { get; set; }

    public long Held { get; set; }

    public Task<CreditBalance> GetBalanceAsync(string userId, CancellationToken cancellationToken) =>
        Failure is null ? Task.FromResult(new CreditBalance(balances.GetOrAdd(userId, 100), Held)) : throw Failure;

    public Task<bool> GrantAsync(string userId, int amount, string reference, CancellationToken cancellationToken)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        if (!grants.TryAdd(reference, (userId, amount)))
        {
            return Task.FromResult(grants[reference] == (userId, amount));
        }

        balances.AddOrUpdate(userId, 100 + amount, (_, balance) => balance + amount);
        return Task.FromResult(true);
    }

    public Task<long?> HoldAsync(
        string userId, long amount, string reference, TimeSpan lifetime, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The API never holds.");

    public Task<bool> DeductAsync(
        string userId, string action, int amount, string reference, string? hold, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The API never charges.");

    public Task<long> ReleaseAsync(string hold, CancellationToken cancellationToken) => Task.FromResult(0L);
}
