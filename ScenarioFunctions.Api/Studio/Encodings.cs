using System.IO.Compression;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ScenarioFunctions.Api.Studio;

/// <summary>Compresses answers in the best encoding that a client takes.</summary>
internal static class Encodings
{
    /// <returns><c>br</c>, <c>gzip</c>, or null for neither.</returns>
    public static string? Best(StringValues acceptEncoding)
    {
        if (!StringWithQualityHeaderValue.TryParseList(acceptEncoding, out var accepted))
        {
            return null;
        }

        bool Takes(string coding) => accepted.Any(one => one.Value == coding && one.Quality is not 0);
        return Takes("br") ? "br" : Takes("gzip") ? "gzip" : null;
    }

    public static byte[] Compress(ReadOnlySpan<byte> bytes, string encoding, CompressionLevel level)
    {
        using var compressed = new MemoryStream();
        using (Stream stream = encoding == "br" ? new BrotliStream(compressed, level) : new GZipStream(compressed, level))
        {
            stream.Write(bytes);
        }

        return compressed.ToArray();
    }
}
