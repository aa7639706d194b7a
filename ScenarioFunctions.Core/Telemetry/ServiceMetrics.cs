using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ScenarioFunctions.Core.Telemetry;

/// <summary>
/// The service's own metrics. docs/observe.md describes each. Counters of images and credits count when the database has the
/// end of an image, so neither a retry nor a replay counts anything twice.
/// </summary>
public static class ServiceMetrics
{
    private const string Seconds = "s";
    private const string Credits = "{credit}";

    private static readonly Meter Meter = new(ServiceTelemetry.Name);

    private static readonly Counter<long> Tasks = Meter.CreateCounter<long>(
        "scenario.tasks", "{task}", "Tasks that have ended");

    private static readonly UpDownCounter<long> TasksActive = Meter.CreateUpDownCounter<long>(
        "scenario.tasks.active", "{task}", "Tasks that run in this process; those that wait for their turn do not count");

    private static readonly Histogram<double> TaskSeconds = Durations(
        "scenario.task.duration", "From a task's post to its end", [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600]);

    private static readonly Histogram<double> TaskQueueSeconds = Durations(
        "scenario.task.queue.duration", "From a task's post to its start", [0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800]);

    private static readonly Counter<long> Images = Meter.CreateCounter<long>(
        "scenario.images", "{image}", "Scenes whose image has ended: made, or not made for a reason");

    private static readonly Histogram<double> ImageSeconds = Durations(
        "scenario.image.duration", "From the first run of an image's step to the image's end", [0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1800]);

    private static readonly Histogram<double> ImageQueueSeconds = Durations(
        "scenario.image.queue.duration", "From the first run of an image's step until RunwayML took its order", [0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800]);

    /// <summary>A metric of OpenTelemetry's conventions, with the buckets that they recommend and longer ones: an image takes minutes.</summary>
    private static readonly Histogram<double> GenerationSeconds = Durations(
        "gen_ai.client.operation.duration", "From the turn of an image to be ordered until RunwayML has made it",
        [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68, 655.36, 1310.72]);

    private static readonly Counter<long> CreditsCharged = Meter.CreateCounter<long>(
        "scenario.credits.charged", Credits, "Credits that users paid for images");

    private static readonly Counter<long> CreditsHeld = Meter.CreateCounter<long>(
        "scenario.credits.held", Credits, "Credits that were held for images of a task");

    private static readonly Counter<long> CreditsReleased = Meter.CreateCounter<long>(
        "scenario.credits.released", Credits, "Held credits that became available again");

    private static readonly Counter<long> ServiceCredits = Meter.CreateCounter<long>(
        "scenario.image_service.credits", Credits, "RunwayML credits that images cost, whether the user paid for them or not");

    private static readonly Histogram<double> CommitSeconds = Durations(
        "scenario.journal.commit.duration", "Commit of a transaction of the embedded host's database", [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1]);

    /// <summary>A task was taken into memory (1) or has left it (-1).</summary>
    public static void ActiveTasksChanged(int by) => TasksActive.Add(by);

    /// <summary>A task has started to run.</summary>
    /// <param name="type">The task's type.</param>
    /// <param name="waited">Since its post.</param>
    public static void TaskStarted(string type, TimeSpan waited) => TaskQueueSeconds.Record(waited.TotalSeconds, TypeTag(type));

    /// <summary>A task has ended.</summary>
    /// <param name="type">The task's type.</param>
    /// <param name="status">The state in which it ended.</param>
    /// <param name="errorCode">Why it failed; null if it did not.</param>
    /// <param name="took">Since its post.</param>
    public static void TaskEnded(string type, string status, string? errorCode, TimeSpan took)
    {
        KeyValuePair<string, object?> state = new("scenario.task.status", status);
        Tasks.Add(1, errorCode is null ? [TypeTag(type), state] : [TypeTag(type), state, new("error.type", errorCode)]);
        TaskSeconds.Record(took.TotalSeconds, TypeTag(type), state);
    }

    /// <summary>RunwayML has taken an order.</summary>
    /// <param name="model">The model.</param>
    /// <param name="waited">Since the first run of the image's step.</param>
    public static void ImageOrdered(string model, TimeSpan waited) => ImageQueueSeconds.Record(waited.TotalSeconds, ModelTag(model));

    /// <summary>The end of an image is in the database.</summary>
    /// <param name="status">The scene's status.</param>
    /// <param name="reason">Why there is no image; null if there is one.</param>
    /// <param name="model">The model; null if none was ordered.</param>
    /// <param name="took">Since the first run of the image's step.</param>
    public static void ImageEnded(string status, string? reason, string? model, TimeSpan took)
    {
        ImagesEnded(1, status, reason);
        ImageSeconds.Record(took.TotalSeconds, StatusTag(status), ModelTag(model ?? "none"));
    }

    /// <summary>Images have ended whose steps never ran.</summary>
    public static void ImagesEnded(long count, string status, string? reason) =>
        Images.Add(count, StatusTag(status), new("scenario.image.reason", reason ?? "none"));

    /// <summary>A generation has ended, with an image or without.</summary>
    /// <param name="took">Since its turn to be ordered.</param>
    /// <param name="tags">The attributes of the conventions.</param>
    public static void GenerationEnded(TimeSpan took, in TagList tags) => GenerationSeconds.Record(took.TotalSeconds, tags);

    public static void Charged(long credits) => CreditsCharged.Add(credits);

    public static void Held(long credits) => CreditsHeld.Add(credits);

    public static void Released(long credits) => CreditsReleased.Add(credits);

    /// <summary>What the image service took for an image that has ended.</summary>
    public static void Spent(long serviceCredits) => ServiceCredits.Add(serviceCredits);

    public static void Committed(TimeSpan took) => CommitSeconds.Record(took.TotalSeconds);

    private static Histogram<double> Durations(string name, string description, double[] buckets) => Meter.CreateHistogram(
        name, Seconds, description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });

    private static KeyValuePair<string, object?> TypeTag(string type) => new("scenario.task.type", type);

    private static KeyValuePair<string, object?> StatusTag(string status) => new("scenario.image.status", status);

    private static KeyValuePair<string, object?> ModelTag(string model) => new("gen_ai.request.model", model);
}
