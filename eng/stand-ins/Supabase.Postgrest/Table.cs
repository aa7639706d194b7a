using System.Linq.Expressions;
using System.Reflection;
using System.Text;
using Newtonsoft.Json;
using Supabase.Postgrest.Attributes;
using Supabase.Postgrest.Exceptions;
using Supabase.Postgrest.Interfaces;
using Supabase.Postgrest.Models;
using Supabase.Postgrest.Responses;

namespace Supabase.Postgrest;

/// <summary>Sends one request to PostgREST. Keeps its filters: take a new one for every request.</summary>
public class Table<TModel>(string baseUrl, Func<Dictionary<string, string>>? getHeaders) : IPostgrestTable<TModel>
    where TModel : BaseModel, new()
{
    private readonly List<string> query = [];
    private readonly Dictionary<string, object?> changes = [];

    public IPostgrestTable<TModel> Filter<TCriterion>(
        string columnName, Constants.Operator op, TCriterion? criterion) =>
        With(columnName, $"eq.{criterion}");

    public IPostgrestTable<TModel> Order(
        string column,
        Constants.Ordering ordering,
        Constants.NullPosition nullPosition = Constants.NullPosition.First)
    {
        var direction = ordering == Constants.Ordering.Ascending ? "asc" : "desc";
        var nulls = nullPosition == Constants.NullPosition.First ? "nullsfirst" : "nullslast";
        return With("order", $"{column}.{direction}.{nulls}");
    }

    public IPostgrestTable<TModel> Limit(int limit, string? foreignTableName = null) =>
        With(foreignTableName is null ? "limit" : $"{foreignTableName}.limit", $"{limit}");

    public IPostgrestTable<TModel> Set(Expression<Func<TModel, object>> keySelector, object? value)
    {
        var body = keySelector.Body is UnaryExpression conversion ? conversion.Operand : keySelector.Body;
        var column = body is MemberExpression selected ? ColumnContractResolver.ColumnOf(selected.Member) : null;
        changes.Add(column ?? throw new ArgumentException("The expression names no column."), value);
        return this;
    }

    public Task<ModeledResponse<TModel>> Get(
        CancellationToken cancellationToken = default,
        Constants.CountType countType = Constants.CountType.Estimated)
    {
        var count = countType switch
        {
            Constants.CountType.Exact => "exact",
            Constants.CountType.Planned => "planned",
            _ => "estimated",
        };
        return SendAsync(HttpMethod.Get, null, $"count={count}", false, cancellationToken);
    }

    public Task<ModeledResponse<TModel>> Insert(
        TModel model, QueryOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, model, (options ?? new QueryOptions()).Prefer(), false, cancellationToken);

    public Task<ModeledResponse<TModel>> Upsert(
        ICollection<TModel> model, QueryOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new QueryOptions();
        options.Upsert = true;
        if (options.OnConflict is { } column)
        {
            With("on_conflict", column);
        }

        return SendAsync(HttpMethod.Post, model, options.Prefer(), true, cancellationToken);
    }

    public Task<ModeledResponse<TModel>> Update(
        QueryOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Patch, changes, (options ?? new QueryOptions()).Prefer(), false, cancellationToken);

    private Table<TModel> With(string name, string value)
    {
        query.Add($"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}");
        return this;
    }

    private async Task<ModeledResponse<TModel>> SendAsync(
        HttpMethod method, object? data, string prefer, bool upsert, CancellationToken cancellationToken)
    {
        var settings = new JsonSerializerSettings { ContractResolver = new ColumnContractResolver(upsert) };
        var table = typeof(TModel).GetCustomAttribute<TableAttribute>()?.Name ?? typeof(TModel).Name;
        using var request = new HttpRequestMessage(method, $"{baseUrl}/{table}?{string.Join('&', query)}");
        request.Headers.TryAddWithoutValidation("Prefer", prefer);
        foreach (var (name, value) in getHeaders?.Invoke() ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (data is not null)
        {
            var json = JsonConvert.SerializeObject(data, settings);
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        using var response = await Helpers.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var content = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new PostgrestException(content)
            {
                Content = content,
                Response = response,
                StatusCode = (int)response.StatusCode,
            };
        }

        return new ModeledResponse<TModel>(new BaseResponse(response, content), settings);
    }
}
