using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace ScenarioFunctions.Api.Studio;

/// <summary>The bytes of a file as they are sent.</summary>
/// <param name="Bytes">Compressed already.</param>
/// <param name="Encoding">As in <c>Content-Encoding</c>; null for none.</param>
internal sealed record StudioContent(byte[] Bytes, string? Encoding)
{
    /// <summary>Of these very bytes, so that each encoding has its own.</summary>
    public EntityTagHeaderValue ETag { get; } =
        new($"\"{Convert.ToHexStringLower(SHA256.HashData(Bytes).AsSpan(0, 16))}\"");
}
