using System.IO.Compression;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ScenarioFunctions.Api.Studio;

/// <summary>A file of the studio, compressed once, when it is first asked for.</summary>
internal sealed class StudioFile
{
    private readonly StudioContent plain;
    private readonly Lazy<StudioContent> brotli;
    private readonly Lazy<StudioContent> gzip;

    public StudioFile(string contentType, byte[] bytes)
    {
        ContentType = contentType;
        plain = new StudioContent(bytes, null);
        brotli = new(() => Compress(bytes, "br", to => new BrotliStream(to, CompressionLevel.SmallestSize)));
        gzip = new(() => Compress(bytes, "gzip", to => new GZipStream(to, CompressionLevel.SmallestSize)));
    }

    public string ContentType { get; }

    /// <summary>The file in the best encoding that the browser takes.</summary>
    public StudioContent For(StringValues acceptEncoding)
    {
        if (!StringWithQualityHeaderValue.TryParseList(acceptEncoding, out var accepted))
        {
            return plain;
        }

        bool Takes(string coding) => accepted.Any(one => one.Value == coding && one.Quality is not 0);
        return Takes("br") ? brotli.Value : Takes("gzip") ? gzip.Value : plain;
    }

    private static StudioContent Compress(byte[] bytes, string encoding, Func<Stream, Stream> compressor)
    {
        using var compressed = new MemoryStream();
        using (var stream = compressor(compressed))
        {
            stream.Write(bytes);
        }

        return new StudioContent(compressed.ToArray(), encoding);
    }
}
