using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>PostgREST's requests as the SQL that it makes of them.</summary>
internal static class SupabaseSql
{
    private static readonly string[] Reserved = ["select", "order", "limit", "on_conflict", "columns"];

    public static string Select(string table, IQueryCollection query)
    {
        var order = query["order"].ToString() is { Length: > 0 } text ? $"order by {OrderOf(text)}" : "";
        var limit = query["limit"].ToString() is { Length: > 0 } count ? $"limit {int.Parse(count)}" : "";
        return $"""
            select coalesce(json_agg(row_to_json(found)), '[]')::text
            from (select * from {Table(table)} {Where(query)} {order} {limit}) found
            """;
    }

    /// <summary>Writes the columns that the first row has; the others take their defaults, or stay.</summary>
    public static string Insert(string table, HttpRequest request, JsonElement body)
    {
        var first = body.ValueKind == JsonValueKind.Array ? body[0] : body;
        string[] columns = [.. first.EnumerateObject().Select(column => Name(column.Name))];
        var rows = body.ValueKind == JsonValueKind.Array ? body.GetRawText() : $"[{body.GetRawText()}]";
        return $"""
            insert into {Table(table)} ({string.Join(", ", columns)})
            select {string.Join(", ", columns)}
            from json_populate_recordset(null::{Table(table)}, {Text(rows)})
            {OnConflict(request, columns)}
            """;
    }

    public static string Update(string table, HttpRequest request, JsonElement body)
    {
        var changes = body.EnumerateObject().Select(column => $"{Name(column.Name)} = sent.{Name(column.Name)}");
        return $"""
            update {Table(table)} target set {string.Join(", ", changes)}
            from json_populate_record(null::{Table(table)}, {Text(body.GetRawText())}) sent
            {Where(request.Query, "target.")}
            """;
    }

    public static string Call(string function, JsonElement arguments)
    {
        var named = arguments.EnumerateObject().Select(argument =>
            $"{Name(argument.Name)} => {Text(argument.Value.ToString())}");
        return $"select coalesce(to_json(public.{Name(function)}({string.Join(", ", named)})), 'null')::text";
    }

    /// <summary>See https://docs.postgrest.org/en/stable/references/errors.html.</summary>
    public static int StatusOf(string code) => code switch
    {
        _ when code.StartsWith("PT", StringComparison.Ordinal) => int.Parse(code[2..]),
        "23503" or "23505" => 409,
        "42883" or "42P01" => 404,
        "42501" => 403,
        "P0001" => 400,
        _ => code[..2] switch
        {
            "08" or "53" => 503,
            "57" when code == "57P01" => 503,
            "09" or "25" or "2D" or "38" or "39" or "3B" or "40" or "54" or "55" or "57" or "58" or "XX" or "P0" => 500,
            "0L" or "0P" or "28" => 403,
            _ => 400,
        },
    };

    private static string OnConflict(HttpRequest request, string[] columns)
    {
        var prefer = request.Headers["Prefer"].ToString();
        var target = request.Query["on_conflict"].ToString();
        if (prefer.Contains("resolution=ignore-duplicates", StringComparison.Ordinal))
        {
            return $"on conflict ({Name(target)}) do nothing";
        }

        return prefer.Contains("resolution=merge-duplicates", StringComparison.Ordinal)
            ? $"on conflict ({Name(target)}) do update set "
                + string.Join(", ", columns.Select(column => $"{column} = excluded.{column}"))
            : "";
    }

    private static string Where(IQueryCollection query, string prefix = "")
    {
        string[] filters =
        [
            .. from parameter in query
               where !Reserved.Contains(parameter.Key)
               from filter in parameter.Value
               select filter.StartsWith("eq.", StringComparison.Ordinal)
                   ? $"{prefix}{Name(parameter.Key)} = {Text(filter[3..])}"
                   : throw new NotSupportedException($"The test server knows no filter {filter}."),
        ];
        return filters.Length > 0 ? $"where {string.Join(" and ", filters)}" : "";
    }

    private static string OrderOf(string order) => string.Join(
        ", ",
        order.Split(',').Select(part => part.Split('.')).Select(words => string.Join(
            ' ',
            words.Skip(1).Select(word => word.Replace("nulls", "nulls ", StringComparison.Ordinal)).Prepend(Name(words[0])))));

    private static string Table(string name) => $"public.{Name(name)}";

    private static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
