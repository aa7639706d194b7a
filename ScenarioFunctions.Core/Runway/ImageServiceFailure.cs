namespace ScenarioFunctions.Core.Runway;

/// <summary>How a call to RunwayML failed.</summary>
public enum ImageServiceFailure
{
    /// <summary>
    /// Not configured, not reachable, not where we look for it (a create answered by 404 or 405), refuses our key,
    /// over its daily cap, or still failing after retries.
    /// </summary>
    Unavailable,

    /// <summary>It will not take this request, now or later (400).</summary>
    Refused,

    /// <summary>A create was sent and its answer lost: it may or may not have been taken.</summary>
    OutcomeUnknown,

    /// <summary>There is no such generation (404), or its output URL has expired.</summary>
    NotFound,

    /// <summary>The output is no image, is larger than 25 MiB, or is at an address that we do not fetch from.</summary>
    BadOutput,
}
