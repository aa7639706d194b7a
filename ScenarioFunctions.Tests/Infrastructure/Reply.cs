using Microsoft.AspNetCore.Http;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>What a <see cref="ScriptedServer"/> answers.</summary>
internal static class Reply
{
    public static RequestDelegate Status(int status, params (string Name, string Value)[] headers) => context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        return Task.CompletedTask;
    };

    public static RequestDelegate Json(string json, int status = 200) => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json);
    };

    /// <summary>With <paramref name="chunked"/>, without a Content-Length.</summary>
    public static RequestDelegate Bytes(byte[] content, string contentType, bool chunked = false) => async context =>
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = chunked ? null : content.Length;
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    };

    public static RequestDelegate Redirect(string location) => Status(302, ("Location", location));

    /// <summary>Takes the request and cuts the connection.</summary>
    public static RequestDelegate Cut() => context =>
    {
        context.Abort();
        return Task.CompletedTask;
    };

    /// <summary>Announces a body, by its length or in chunks, and cuts the connection within it.</summary>
    public static RequestDelegate CutInBody(string contentType = "application/json", bool chunked = false) => async context =>
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = chunked ? null : 1000;
        await context.Response.WriteAsync("{\"id\":");
        await context.Response.Body.FlushAsync();
        context.Abort();
    };

    /// <summary>Never answers; ends when the client goes away.</summary>
    public static RequestDelegate Silence() => async context =>
    {
        var gone = new TaskCompletionSource();
        await using var _ = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    };

    /// <summary>Answers when <paramref name="signal"/> says so.</summary>
    public static RequestDelegate After(Task signal, RequestDelegate then) => async context =>
    {
        await signal;
        await then(context);
    };
}
