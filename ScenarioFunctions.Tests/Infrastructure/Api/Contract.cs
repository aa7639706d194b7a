using System.Text.Json.Nodes;
using ScenarioFunctions.Api;

namespace ScenarioFunctions.Tests.Infrastructure.Api;

/// <summary><c>openapi.json</c> as a promise that answers can be held against.</summary>
internal static class Contract
{
    private static readonly Lazy<JsonObject> Loaded = new(Load);

    public static JsonObject Document => Loaded.Value;

    /// <summary>Every (method, path, status) that is documented.</summary>
    public static IEnumerable<(string Method, string Path, string Status)> Answers() =>
        from path in Document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Key is "get" or "post" or "put" or "delete"
        from response in operation.Value!["responses"]!.AsObject()
        select (operation.Key.ToUpperInvariant(), path.Key, response.Key);

    /// <summary>The documented path that a request's path belongs to.</summary>
    public static string PathOf(Uri url) => url.AbsolutePath.Split('/') switch
    {
        ["", "scenario", "save", "tasks", _, "resume"] => "/scenario/save/tasks/{task_id}/resume",
        ["", "scenario", "save", "tasks", _, "webhook"] => "/scenario/save/tasks/{task_id}/webhook",
        ["", "scenario", "save", "tasks", _, "events"] => "/scenario/save/tasks/{task_id}/events",
        ["", "scenario", "save", "tasks", _, ..] => "/scenario/save/tasks/{task_id}",
        ["", "scenarios", _, "images"] => "/scenarios/{scenario_id}/images",
        ["", "scenarios", _, "scenes", _, "image"] => "/scenarios/{scenario_id}/scenes/{scene_number}/image",
        ["", "scenarios", _] => "/scenarios/{scenario_id}",
        ["", "credits", ..] => "/credits/{user_id}",
        _ => url.AbsolutePath,
    };

    public static IReadOnlyList<string> FaultsOf(HttpRequestMessage request, HttpResponseMessage response, string body)
    {
        var status = $"{(int)response.StatusCode}";
        var operation = Document["paths"]![PathOf(request.RequestUri!)]?[request.Method.Method.ToLowerInvariant()];
        if (operation?["responses"]?[status] is not { } answer)
        {
            return [$"{request.Method} {request.RequestUri} → {status} is not documented: {body}"];
        }

        return [.. HeaderFaults(Resolve(answer), response), .. BodyFaults(Resolve(answer), response, body)];
    }

    public static JsonNode Resolve(JsonNode node) =>
        node["$ref"] is { } reference
            ? reference.GetValue<string>().Split('/').Skip(1).Aggregate((JsonNode)Document, (at, name) => at[name]!)
            : node;

    private static IEnumerable<string> HeaderFaults(JsonNode answer, HttpResponseMessage response)
    {
        string[] own = ["Date", "Server", "Transfer-Encoding", "Connection", "Content-Type", "Content-Length"];
        var documented = answer["headers"]!.AsObject();
        var sent = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(",", header.Value));
        var unknown = sent.Keys.Except(own).Where(name => !documented.ContainsKey(name));
        var missing = documented.Select(header => header.Key).Where(name => name != "Retry-After" && !sent.ContainsKey(name));
        var wrong =
            from header in documented
            where sent.ContainsKey(header.Key)
            let schema = Resolve(header.Value!)["schema"]!
            let value = schema["type"]!.GetValue<string>() == "integer"
                ? JsonValue.Create(int.Parse(sent[header.Key]))
                : JsonValue.Create(sent[header.Key])
            from fault in Schema.FaultsOf(value, schema, header.Key)
            select fault;
        return unknown.Select(name => $"header {name} is not documented")
            .Concat(missing.Select(name => $"header {name} is missing"))
            .Concat(wrong);
    }

    private static IEnumerable<string> BodyFaults(JsonNode answer, HttpResponseMessage response, string body)
    {
        if (answer["content"] is not JsonObject content)
        {
            return body.Length == 0 ? [] : [$"a body that is not documented: {body}"];
        }

        if (response.Content.Headers.ContentType is not { } type)
        {
            return [$"no content type, and the body {body}"];
        }

        if (type.MediaType == "text/event-stream" && content.ContainsKey(type.MediaType))
        {
            return [];
        }

        return content[type.MediaType!]?["schema"] is { } schema && type.CharSet == "utf-8"
            ? Schema.FaultsOf(JsonNode.Parse(body), schema, "$")
            : [$"content type {type} is not documented"];
    }

    private static JsonObject Load()
    {
        using var stream = typeof(ScenarioApi).Assembly.GetManifestResourceStream("openapi.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
