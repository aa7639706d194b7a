namespace ScenarioFunctions.Core.Runway;

/// <summary>A call to RunwayML that failed after the client's own retries.</summary>
public sealed class ImageServiceException(ImageServiceFailure failure, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public ImageServiceFailure Failure { get; } = failure;
}
