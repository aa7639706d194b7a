using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json;
using ScenarioFunctions.Core.Storage;
using Supabase;
using Supabase.Postgrest.Exceptions;
using Supabase.Postgrest.Interfaces;
using Supabase.Postgrest.Models;

namespace ScenarioFunctions.Supabase;

/// <summary>Wraps every call to Supabase's REST API: sets a timeout, and turns errors into ones that say whether to retry.</summary>
internal sealed class SupabaseDatabase(
    Client client, SupabaseSettings settings, TimeProvider time, ILogger<SupabaseDatabase> logger)
{
    private const string Null = "null";

    /// <summary>The package's own timeout is 100 seconds.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <param name="act">For the error message, such as <c>Saving the scenes</c>.</param>
    /// <param name="call">One request. It must use a new table object, as these keep the filters of their last request.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StorageException"/>
    public async Task<TResult> CallAsync<TModel, TResult>(
        string act,
        Func<IPostgrestTable<TModel>, CancellationToken, Task<TResult>> call,
        CancellationToken cancellationToken)
        where TModel : BaseModel, new()
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var answer = await settings.Keys.TryAsync(
                _ => AnswerAsync(() => call(client.From<TModel>(), either.Token)),
                answer => answer.Refusal is { StatusCode: 401 or 0 }, // the package reads no status out of the gateway's own 401
                logger);

            // The package's exception is not passed on: it contains the request, with the key.
            return answer.Refusal is { } refusal
                ? throw SupabaseErrors.From(act, refusal.StatusCode, refusal.Content, settings)
                : answer.Result!;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StorageException($"{act}: Supabase did not answer in time.", isTransient: true, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            throw new StorageException(
                $"{act}: Supabase could not be reached: {exception.Message}", isTransient: true, exception);
        }
        catch (JsonException exception)
        {
            throw new StorageException($"{act}: {exception.Message}", isTransient: false, exception);
        }
    }

    /// <summary>
    /// Calls an SQL function: its named arguments are a row that is posted to <c>rpc/…</c>. That is the same request as the
    /// package's <c>Rpc</c> makes, but it can be cancelled and does not change the arguments: <c>Rpc</c> turns a user id such as
    /// 2026-01-01T00:00:00 into a date.
    /// </summary>
    /// <returns>The answer's JSON.</returns>
    /// <exception cref="StorageException"/>
    public Task<string> InvokeAsync<TCall>(string act, TCall call, CancellationToken cancellationToken)
        where TCall : BaseModel, new() =>
        CallAsync<TCall, string>(
            act, async (table, stop) => (await table.Insert(call, cancellationToken: stop)).Content?.Trim() ?? "", cancellationToken);

    /// <summary>As <see cref="InvokeAsync"/>, for a function that answers a number.</summary>
    /// <returns>The number, rounded down, at least 0; <paramref name="ofNull"/> for null, which is an error without it.</returns>
    public async Task<long> InvokeNumberAsync<TCall>(string act, TCall call, CancellationToken cancellationToken, long? ofNull = null)
        where TCall : BaseModel, new()
    {
        var answer = await InvokeAsync(act, call, cancellationToken);
        return answer == Null && ofNull is { } known ? known
            : decimal.TryParse(answer, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? (long)Math.Clamp(decimal.Floor(number), 0, long.MaxValue)
            : throw new StorageException($"{act}: the answer is '{answer}', not a number.", isTransient: false);
    }

    /// <summary>As <see cref="InvokeAsync"/>, for a function that answers true or false.</summary>
    /// <returns>The answer; <paramref name="ofNull"/> for null, which is an error without it.</returns>
    public async Task<bool> InvokeBooleanAsync<TCall>(string act, TCall call, CancellationToken cancellationToken, bool? ofNull = null)
        where TCall : BaseModel, new()
    {
        var answer = await InvokeAsync(act, call, cancellationToken);
        return answer == Null && ofNull is { } known ? known
            : bool.TryParse(answer, out var isTrue)
            ? isTrue
            : throw new StorageException($"{act}: the answer is '{answer}', not a boolean.", isTransient: false);
    }

    /// <summary>A time as an argument, in a format that the package does not recognize as a date.</summary>
    public static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff 'UTC'", CultureInfo.InvariantCulture);

    private static async Task<(TResult? Result, PostgrestException? Refusal)> AnswerAsync<TResult>(Func<Task<TResult>> call)
    {
        try
        {
            return (await call(), null);
        }
        catch (PostgrestException refusal)
        {
            return (default, refusal);
        }
    }
}
