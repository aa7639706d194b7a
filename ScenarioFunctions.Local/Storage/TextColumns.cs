using System.Data;
using System.Globalization;
using Dapper;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// Ids and times are text in the database: ids in lower case, times as ISO 8601 in UTC, so that they sort. The SQLite library
/// would write other formats, so Dapper gets these handlers.
/// </summary>
internal static class TextColumns
{
    /// <summary>Registers the handlers in Dapper, for the whole process.</summary>
    public static void Register()
    {
        SqlMapper.RemoveTypeMap(typeof(Guid));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.AddTypeHandler(new Ids());
        SqlMapper.AddTypeHandler(new Times());
        DefaultTypeMap.MatchNamesWithUnderscores = true;
    }

    public static object ValueOf(object? value) => value switch
    {
        null => DBNull.Value,
        Guid id => id.ToString(),
        DateTimeOffset time => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        _ => value,
    };

    private sealed class Ids : SqlMapper.TypeHandler<Guid>
    {
        public override void SetValue(IDbDataParameter parameter, Guid value) => parameter.Value = ValueOf(value);

        public override Guid Parse(object value) => Guid.Parse((string)value);
    }

    private sealed class Times : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = ValueOf(value);

        public override DateTimeOffset Parse(object value) =>
            DateTimeOffset.Parse((string)value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }
}
