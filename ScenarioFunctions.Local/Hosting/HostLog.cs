using ScenarioFunctions.Core.Runway;

namespace ScenarioFunctions.Local.Hosting;

internal static partial class HostLog
{
    [LoggerMessage(501, LogLevel.Information, "Listening on {Address}, data in {DataPath}, images by {ImageService}")]
    public static partial void Listening(ILogger logger, Uri address, string dataPath, RunwaySettings imageService);
}
