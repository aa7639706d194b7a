using Polly;
using Polly.Retry;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>Retries one storage call within a step, where running the whole step again would cost more.</summary>
internal static class StorageRetry
{
    private static readonly RetryStrategyOptions Options = new()
    {
        ShouldHandle = new PredicateBuilder().Handle<StorageException>(exception => exception.IsTransient),
        MaxRetryAttempts = 3,
        Delay = TimeSpan.FromSeconds(0.2),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
    };

    private static readonly ResiliencePipeline Default = Build(TimeProvider.System);

    /// <summary>Up to 4 attempts within about 1.5 s. Cannot be cancelled.</summary>
    public static async Task RunAsync(TimeProvider time, Func<Task> act)
    {
        var pipeline = ReferenceEquals(time, TimeProvider.System) ? Default : Build(time);
        await pipeline.ExecuteAsync(async _ => await act(), CancellationToken.None);
    }

    private static ResiliencePipeline Build(TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(Options).Build();
}
