using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>PostgREST's routes for tables and functions, as far as the service uses them.</summary>
internal sealed class SupabaseRestRoutes(PostgresDatabase database)
{
    public void Map(WebApplication app)
    {
        app.MapPost("/rest/v1/rpc/{function}", CallAsync);
        app.MapGet("/rest/v1/{table}", (string table, HttpContext context) =>
            AnswerAsync(context, 200, SupabaseSql.Select(table, context.Request.Query)));
        app.MapPost("/rest/v1/{table}", WriteAsync(201, SupabaseSql.Insert));
        app.MapPatch("/rest/v1/{table}", WriteAsync(204, SupabaseSql.Update));
    }

    private static RequestDelegate Refuse(int status, string code, string message) => async context =>
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(
            new { code, message, details = (string?)null, hint = (string?)null });
    };

    private async Task CallAsync(HttpContext context)
    {
        var function = (string)context.Request.RouteValues["function"]!;
        using var arguments = await JsonDocument.ParseAsync(context.Request.Body);
        await AnswerAsync(context, 200, SupabaseSql.Call(function, arguments.RootElement));
    }

    private RequestDelegate WriteAsync(int status, Func<string, HttpRequest, JsonElement, string> sql) => async context =>
    {
        if (!context.Request.Headers["Prefer"].ToString().Contains("return=minimal", StringComparison.Ordinal))
        {
            await Refuse(501, "TEST", "The test server gives no written rows back.")(context);
            return;
        }

        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var table = (string)context.Request.RouteValues["table"]!;
        await AnswerAsync(context, status, sql(table, context.Request, body.RootElement));
    };

    /// <summary>Runs one statement as the role of the request's key, in a transaction of its own.</summary>
    private async Task AnswerAsync(HttpContext context, int status, string sql)
    {
        try
        {
            await using var connection = await database.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var role = new NpgsqlCommand($"set local role {context.Items["role"]}", connection);
            await role.ExecuteNonQueryAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            var answer = await PostgresDatabase.ScalarAsync(command) as string;
            await transaction.CommitAsync();

            context.Response.StatusCode = status;
            if (answer is not null)
            {
                context.Response.ContentType = "application/json; charset=utf-8";
                await context.Response.WriteAsync(answer);
            }
        }
        catch (PostgresException exception)
        {
            context.Response.StatusCode = SupabaseSql.StatusOf(exception.SqlState);
            await context.Response.WriteAsJsonAsync(new
            {
                code = exception.SqlState,
                message = exception.MessageText,
                details = exception.Detail,
                hint = exception.Hint,
            });
        }
    }
}
