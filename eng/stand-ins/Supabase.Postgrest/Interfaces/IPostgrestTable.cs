using System.Linq.Expressions;
using Supabase.Postgrest.Models;
using Supabase.Postgrest.Responses;

namespace Supabase.Postgrest.Interfaces;

/// <summary>One request to a table, as it is put together.</summary>
public interface IPostgrestTable<TModel>
    where TModel : BaseModel, new()
{
    IPostgrestTable<TModel> Filter<TCriterion>(string columnName, Constants.Operator op, TCriterion? criterion);

    IPostgrestTable<TModel> Order(
        string column,
        Constants.Ordering ordering,
        Constants.NullPosition nullPosition = Constants.NullPosition.First);

    IPostgrestTable<TModel> Limit(int limit, string? foreignTableName = null);

    IPostgrestTable<TModel> Set(Expression<Func<TModel, object>> keySelector, object? value);

    Task<ModeledResponse<TModel>> Get(
        CancellationToken cancellationToken = default,
        Constants.CountType countType = Constants.CountType.Estimated);

    Task<ModeledResponse<TModel>> Insert(
        TModel model, QueryOptions? options = null, CancellationToken cancellationToken = default);

    Task<ModeledResponse<TModel>> Upsert(
        ICollection<TModel> model, QueryOptions? options = null, CancellationToken cancellationToken = default);

    Task<ModeledResponse<TModel>> Update(
        QueryOptions? options = null, CancellationToken cancellationToken = default);
}
