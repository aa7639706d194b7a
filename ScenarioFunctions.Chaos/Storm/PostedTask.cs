using System.Net;

namespace ScenarioFunctions.Chaos.Storm;

/// <summary>A task that a client was promised: it got a 202.</summary>
internal sealed record PostedTask(string TaskId, string Name, int Scenes)
{
    /// <summary>What DELETE was answered with; null when none was sent.</summary>
    public HttpStatusCode? Cancel { get; set; }
}
