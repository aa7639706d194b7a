using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace ScenarioFunctions.Tests.Infrastructure.Api;

/// <summary>Follows a task as a browser's EventSource does, one connection at a time.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage response;
    private readonly IAsyncEnumerator<SseItem<string>> items;

    private EventReader(HttpResponseMessage response, Stream body)
    {
        this.response = response;
        items = SseParser.Create(body).EnumerateAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
    }

    /// <summary>What is to be sent as Last-Event-ID the next time.</summary>
    public string? LastId { get; private set; }

    public static async Task<EventReader> OpenAsync(HttpClient http, Uri url, string? lastId = null, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        var response = await http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new EventReader(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken))
        {
            LastId = lastId,
        };
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<(string Type, JsonObject Data)?> NextAsync()
    {
        if (!await items.MoveNextAsync())
        {
            return null;
        }

        LastId = items.Current.EventId ?? LastId;
        return (items.Current.EventType, JsonNode.Parse(items.Current.Data)!.AsObject());
    }

    /// <summary>The rest of the stream.</summary>
    public async Task<List<(string Type, JsonObject Data)>> RestAsync()
    {
        var rest = new List<(string, JsonObject)>();
        while (await NextAsync() is { } next)
        {
            rest.Add(next);
        }

        return rest;
    }

    public async ValueTask DisposeAsync()
    {
        await items.DisposeAsync();
        response.Dispose();
    }
}
