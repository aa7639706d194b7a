using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace ScenarioFunctions.Api.Studio;

/// <summary>ETags made from content.</summary>
internal static class ContentTag
{
    /// <param name="content">The same bytes always get the same tag.</param>
    /// <param name="isWeak">Whether the tag also stands for other encodings of the content.</param>
    public static EntityTagHeaderValue Of(ReadOnlySpan<byte> content, bool isWeak = false) =>
        new($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}\"", isWeak);
}
