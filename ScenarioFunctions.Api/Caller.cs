namespace ScenarioFunctions.Api;

/// <summary>Who calls. A user sees and changes only their own tasks and credits; the service itself acts for all users.</summary>
/// <param name="UserId">The user of the token; null for the API key, and for any caller where the API is open.</param>
internal sealed record Caller(string? UserId)
{
    public static readonly Caller Service = new((string?)null);

    public bool IsService => UserId is null;

    /// <summary>Whether the caller may see and change what belongs to <paramref name="userId"/>.</summary>
    public bool MayActFor(string userId) => IsService || UserId == userId;

    /// <exception cref="ProblemException">403: the caller is another user.</exception>
    public void DemandActingFor(string userId)
    {
        if (!MayActFor(userId))
        {
            throw Problems.Forbidden("The token belongs to another user. Leave out user_id, or send the id of the token's user.");
        }
    }

    /// <exception cref="ProblemException">403: the caller is a user, and only the API key may do this.</exception>
    public void DemandService()
    {
        if (!IsService)
        {
            throw Problems.Forbidden("This needs the service's API key; a user's token is not enough.");
        }
    }
}
