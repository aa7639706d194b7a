using System.Globalization;
using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Json;

namespace ScenarioFunctions.Api;

/// <summary>Reads a request's query. An empty parameter counts as absent.</summary>
/// <param name="request">The request.</param>
/// <param name="faults">Receives what is wrong with a parameter.</param>
internal sealed class QueryParameters(HttpRequest request, JsonFaults faults)
{
    public const string WrongCursor = "must be the next_cursor of an earlier page";

    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    public string? Text(string name)
    {
        var values = request.Query[name];
        if (values.Count > 1)
        {
            faults.Add(name, "must be given once");
            return null;
        }

        return values is [{ Length: > 0 } value] ? value : null;
    }

    public string? Id(string name)
    {
        var id = Text(name);
        if (id is not null && !Identifiers.IsId(id))
        {
            faults.Add(name, Identifiers.Rule);
            return null;
        }

        return id;
    }

    public int Limit()
    {
        if (Text("limit") is not { } limit)
        {
            return DefaultLimit;
        }

        if (int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is >= 1 and <= MaxLimit)
        {
            return count;
        }

        faults.Add("limit", $"must be a whole number from 1 to {MaxLimit}");
        return DefaultLimit;
    }
}
