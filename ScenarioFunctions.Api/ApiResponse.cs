using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace ScenarioFunctions.Api;

/// <summary>A complete JSON answer. It is written here because the Azure host has no middleware behind the handlers.</summary>
internal sealed class ApiResponse(int status, string contentType, ReadOnlyMemory<byte> body) : IResult
{
    private static readonly Lazy<byte[]> Document = new(ReadDocument);

    private readonly List<KeyValuePair<string, string>> headers = [];

    public static ApiResponse Json<T>(int status, T value, JsonTypeInfo<T> type) =>
        new(status, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static ApiResponse OfProblem(ProblemException refused, HttpRequest request)
    {
        var problem = refused.Problem with { Instance = request.PathBase.Add(request.Path).ToUriComponent() };
        var answer = new ApiResponse(
            problem.Status,
            "application/problem+json; charset=utf-8",
            JsonSerializer.SerializeToUtf8Bytes(problem, ApiJson.Readable.Problem));
        answer.headers.AddRange(refused.Headers.Select(header => KeyValuePair.Create(header.Name, header.Value)));
        return answer;
    }

    /// <summary>The OpenAPI document.</summary>
    public static ApiResponse OfDocument() =>
        new ApiResponse(StatusCodes.Status200OK, "application/json; charset=utf-8", Document.Value)
            .With("Cache-Control", "no-cache");

    public ApiResponse With(string header, string value)
    {
        headers.Add(new(header, value));
        return this;
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        foreach (var (header, value) in headers)
        {
            response.Headers[header] = value;
        }

        response.ContentType = contentType;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body); // without a token: if the client has left, this does nothing instead of throwing
    }

    private static byte[] ReadDocument()
    {
        using var resource = typeof(ApiResponse).Assembly.GetManifestResourceStream("openapi.json")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
