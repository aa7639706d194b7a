using Microsoft.AspNetCore.Http;

namespace ScenarioFunctions.Api;

/// <summary><c>GET /openapi.json</c>: <c>openapi.json</c> beside this file, as it stands.</summary>
internal sealed class OpenApiDocument
{
    private readonly byte[] document = Read();

    public IResult Handle() =>
        new ApiResponse(StatusCodes.Status200OK, "application/json; charset=utf-8", document)
            .With("Cache-Control", "no-cache");

    private static byte[] Read()
    {
        using var resource = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("openapi.json")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
