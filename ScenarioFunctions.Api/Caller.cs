namespace ScenarioFunctions.Api;

/// <summary>Who calls. A user sees and changes what is theirs only; the service itself acts for all users.</summary>
/// <param name="UserId">The user of a token; null for the API key, and for anyone where the API is open.</param>
internal sealed record Caller(string? UserId)
{
    public static readonly Caller Service = new((string?)null);

    public bool IsService => UserId is null;

    /// <summary>Whether what belongs to <paramref name="userId"/> may be seen and changed.</summary>
    public bool MayActFor(string userId) => IsService || UserId == userId;

    /// <exception cref="ProblemException">It is another user's.</exception>
    public void DemandActingFor(string userId)
    {
        if (!MayActFor(userId))
        {
            throw Problems.Forbidden("The token is another user's: user_id must be its own, or be left out.");
        }
    }

    /// <exception cref="ProblemException">A user's token asks for what the service alone may do.</exception>
    public void DemandService()
    {
        if (!IsService)
        {
            throw Problems.Forbidden("Only the service's API key may do this, and no user's token.");
        }
    }
}
