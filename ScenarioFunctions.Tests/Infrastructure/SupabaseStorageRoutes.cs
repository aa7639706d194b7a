using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>Supabase Storage's routes, as far as the service uses them: errors say their true status in the body.</summary>
internal sealed class SupabaseStorageRoutes(PostgresDatabase database)
{
    private readonly ConcurrentDictionary<string, StoredObject> objects = [];

    public void Map(WebApplication app)
    {
        var group = app.MapGroup("/storage/v1/object");
        group.MapPost("/{bucket}/{**path}", UploadAsync);
        group.MapDelete("/{bucket}/{**path}", (string bucket, string path) =>
            objects.TryRemove($"{bucket}/{path}", out _)
                ? Results.Ok(new { message = "Successfully deleted" })
                : Refuse("404", "not_found", "Object not found"));
        group.MapGet("/public/{bucket}/{**path}", DownloadAsync);
    }

    private static IResult Refuse(string statusCode, string error, string message) =>
        Results.Json(new { statusCode, error, message }, statusCode: 400);

    private async Task<IResult> UploadAsync(string bucket, string path, HttpRequest request)
    {
        if (request.HttpContext.Items["role"] is not "service_role")
        {
            return Refuse("403", "Unauthorized", "new row violates row-level security policy");
        }

        if (await BucketsAsync(bucket, "true") == 0)
        {
            return Refuse("404", "Bucket not found", "Bucket not found");
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var stored = new StoredObject(body.ToArray(), request.ContentType!, request.Headers.CacheControl.ToString());
        if (request.Headers["x-upsert"] == "true")
        {
            objects[$"{bucket}/{path}"] = stored;
        }
        else if (!objects.TryAdd($"{bucket}/{path}", stored))
        {
            return Refuse("409", "Duplicate", "The resource already exists");
        }

        return Results.Ok(new { Key = $"{bucket}/{path}" });
    }

    private async Task<IResult> DownloadAsync(string bucket, string path, HttpResponse response)
    {
        if (await BucketsAsync(bucket, "public") == 0 || !objects.TryGetValue($"{bucket}/{path}", out var stored))
        {
            return Refuse("404", "not_found", "Object not found");
        }

        response.Headers.CacheControl = stored.CacheControl;
        return Results.Bytes(stored.Content, stored.ContentType);
    }

    private Task<long> BucketsAsync(string id, string condition) => database.ScalarAsync<long>(
        $"select count(*) from storage.buckets where id = '{id.Replace("'", "''", StringComparison.Ordinal)}' and {condition}");

    private sealed record StoredObject(byte[] Content, string ContentType, string CacheControl);
}
