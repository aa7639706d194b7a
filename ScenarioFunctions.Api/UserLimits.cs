using System.Threading.RateLimiting;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary>
/// Limits the tasks and posts of each user. The defaults apply to users' tokens. Callers with the service's key, or of an open
/// API, are only limited when the settings say so: then for each user that they post for.
/// </summary>
internal sealed class UserLimits(ServiceSettings settings, ITaskEngine engine) : IDisposable
{
    private const int OpenTasks = 20;
    private const int PostsPerMinute = 60;

    /// <summary>The <c>Retry-After</c> for too many open tasks: a task takes a while to end.</summary>
    private static readonly TimeSpan RetryOpenTasks = TimeSpan.FromSeconds(10);

    private readonly PartitionedRateLimiter<string> posts = PartitionedRateLimiter.Create<string, string>(userId =>
        RateLimitPartition.GetSlidingWindowLimiter(userId, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = settings.MaxPostsPerMinute is null or 0 ? PostsPerMinute : settings.MaxPostsPerMinute.Value,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = 6,
        }));

    /// <summary>One lock per user for counting and starting, so that many posts at once cannot exceed the limit.</summary>
    private readonly PartitionedRateLimiter<string> starts = PartitionedRateLimiter.Create<string, string>(userId =>
        RateLimitPartition.GetConcurrencyLimiter(userId, _ => new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 100 }));

    /// <summary>Counts a post.</summary>
    /// <exception cref="ProblemException">429: there were too many in the last minute.</exception>
    public void TakePost(Caller caller, string userId)
    {
        if (LimitOf(caller, settings.MaxPostsPerMinute, PostsPerMinute) is not { } most)
        {
            return;
        }

        using var lease = posts.AttemptAcquire(userId);
        if (!lease.IsAcquired)
        {
            throw Problems.TooManyPosts(most, lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>Starts a task, unless the user has too many open tasks. A task that already exists does not count again.</summary>
    /// <param name="caller">Determines which limit applies.</param>
    /// <param name="userId">The task's user.</param>
    /// <param name="taskId">The task's id.</param>
    /// <param name="start">Starts it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ProblemException">429: the user has too many open tasks.</exception>
    public async Task<TaskSnapshot> StartAsync(
        Caller caller, string userId, string taskId, Func<Task<TaskSnapshot>> start, CancellationToken cancellationToken)
    {
        if (LimitOf(caller, settings.MaxOpenTasksPerUser, OpenTasks) is not { } most)
        {
            return await start();
        }

        using var lease = await starts.AcquireAsync(userId, cancellationToken: cancellationToken);
        var isOverLimit = !lease.IsAcquired
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
