using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using ScenarioFunctions.Core.Json;

namespace ScenarioFunctions.Api;

/// <summary>Reads a JSON body. Refuses one that is too large, not JSON, or not UTF-8.</summary>
internal static class JsonBody
{
    public const int MaxBytes = 1024 * 1024;

    /// <summary><see cref="MaxBytes"/> as text for people.</summary>
    public const string MaxSize = "1 MiB";

    private static readonly JsonDocumentOptions Limited = new() { MaxDepth = JsonRules.MaxDepthRead };

    /// <exception cref="ProblemException">415, 413, or 400 with the position of the error.</exception>
    /// <param name="request">Must have a JSON body.</param>
    /// <param name="faults">Receives what is wrong, and what was corrected: see <see cref="LooseJson"/>.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<JsonElement> ReadAsync(HttpRequest request, JsonFaults faults, CancellationToken cancellationToken)
    {
        DemandJson(request);
        var body = await ReadBytesAsync(request, cancellationToken);
        return Parse(body, faults) ?? throw Problems.Invalid("The body is not valid JSON.", faults);
    }

    private static JsonElement? Parse(ReadOnlyMemory<byte> json, JsonFaults faults)
    {
        if (!Utf8.IsValid(json.Span))
        {
            faults.Add(JsonPath.Root, $"is not UTF-8 at byte {ValidLength(json.Span) + 1}");
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json, Limited);
            if (document.RootElement.ValueKind != JsonValueKind.String)
            {
                return document.RootElement.Clone();
            }
        }
        catch (JsonException)
        {
            // LooseJson may still be able to read it; if not, it reports what is wrong.
        }

        return LooseJson.Read(Encoding.UTF8.GetString(json.Span), JsonPath.Root, faults);
    }

    private static void DemandJson(HttpRequest request)
    {
        var charset = request.GetTypedHeaders().ContentType?.Charset.Value?.Trim('"');
        var encoded = request.Headers[HeaderNames.ContentEncoding].ToString();
        if (!request.HasJsonContentType()
            || !(charset is null || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            || !(encoded is "" || encoded.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            throw Problems.UnsupportedMediaType();
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(
        HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes)
        {
            throw Problems.TooLarge();
        }

        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        var chunk = new byte[16 * 1024];
        while (await ReadChunkAsync(request.Body, chunk, cancellationToken) is > 0 and var count)
        {
            if (body.Length + count > MaxBytes)
            {
                throw Problems.TooLarge();
            }

            body.Write(chunk, 0, count);
        }

        ReadOnlyMemory<byte> bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        return bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
    }

    /// <summary>A client that resets its connection may be noticed here before the request counts as aborted.</summary>
    private static async Task<int> ReadChunkAsync(Stream body, byte[] chunk, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(chunk, cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException and not BadHttpRequestException)
        {
            throw Problems.Unreadable();
        }
    }

    private static int ValidLength(ReadOnlySpan<byte> bytes)
    {
        var length = 0;
        while (Rune.DecodeFromUtf8(bytes[length..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            length += consumed;
        }

        return length;
    }
}
