using System.Threading.RateLimiting;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary>
/// How much one user may ask for. It holds for users' tokens, and for the service's key and where the API is open only when
/// it is set: then for each user that they post for.
/// </summary>
internal sealed class UserLimits(ServiceSettings settings, ITaskEngine engine) : IDisposable
{
    private const int OpenTasks = 20;
    private const int PostsPerMinute = 60;

    /// <summary>A task ends when its images are made, which takes a while.</summary>
    private static readonly TimeSpan RetryOpenTasks = TimeSpan.FromSeconds(10);

    private readonly PartitionedRateLimiter<string> posts = PartitionedRateLimiter.Create<string, string>(userId =>
        RateLimitPartition.GetSlidingWindowLimiter(userId, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = settings.MaxPostsPerMinute is null or 0 ? PostsPerMinute : settings.MaxPostsPerMinute.Value,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = 6,
        }));

    /// <summary>A user's tasks are counted and started one after the other, so that many posts at once do not pass the limit.</summary>
    private readonly PartitionedRateLimiter<string> starts = PartitionedRateLimiter.Create<string, string>(userId =>
        RateLimitPartition.GetConcurrencyLimiter(userId, _ => new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 100 }));

    /// <summary>Counts a post.</summary>
    /// <exception cref="ProblemException">There were too many in the last minute.</exception>
    public void TakePost(Caller caller, string userId)
    {
        if (LimitOf(caller, settings.MaxPostsPerMinute, PostsPerMinute) is not { } most)
        {
            return;
        }

        using var turn = posts.AttemptAcquire(userId);
        if (!turn.IsAcquired)
        {
            throw Problems.TooManyPosts(most, turn.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>Starts a task, unless the user has too many under way. One that is there already is not one more.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="userId">Whose task it is.</param>
    /// <param name="taskId">The task's.</param>
    /// <param name="start">Starts it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ProblemException">The user has too many open tasks.</exception>
    public async Task<TaskSnapshot> StartAsync(
        Caller caller, string userId, string taskId, Func<Task<TaskSnapshot>> start, CancellationToken cancellationToken)
    {
        if (LimitOf(caller, settings.MaxOpenTasksPerUser, OpenTasks) is not { } most)
        {
            return await start();
        }

        using var turn = await starts.AcquireAsync(userId, cancellationToken: cancellationToken);
        var isOverLimit = !turn.IsAcquired
            || (await engine.CountOpenAsync(userId, cancellationToken) >= most
                && await engine.FindAsync(taskId, cancellationToken) is null);
        return isOverLimit ? throw Problems.TooManyOpenTasks(most, RetryOpenTasks) : await start();
    }

    public void Dispose()
    {
        posts.Dispose();
        starts.Dispose();
    }

    private static int? LimitOf(Caller caller, int? set, int unset) => (set, caller.IsService) switch
    {
        (0, _) or (null, true) => null,
        _ => set ?? unset,
    };
}
