namespace ScenarioFunctions.Core.Runway;

/// <summary>An image, checked.</summary>
/// <param name="Content">Its bytes, at most 25 MiB.</param>
/// <param name="ContentType">By its first bytes, such as <c>image/png</c>.</param>
/// <param name="Extension">Without a dot, such as <c>png</c>.</param>
public sealed record DownloadedImage(ReadOnlyMemory<byte> Content, string ContentType, string Extension);
