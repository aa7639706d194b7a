using System.Globalization;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// A value bound to a statement: null, integer, real, text or blob. Times are ISO 8601 text in UTC, so that
/// they sort as text; ids are text as well; true is 1.
/// </summary>
internal readonly struct SqlValue
{
    private SqlValue(SqlType type, long integer = 0, double real = 0, string? text = null, ReadOnlyMemory<byte> blob = default)
    {
        Type = type;
        Integer = integer;
        Real = real;
        Text = text;
        Blob = blob;
    }

    public static SqlValue Null => default;

    public SqlType Type { get; }

    public long Integer { get; }

    public double Real { get; }

    public string? Text { get; }

    public ReadOnlyMemory<byte> Blob { get; }

    public static implicit operator SqlValue(string? value) => value is null ? Null : new(SqlType.Text, text: value);

    public static implicit operator SqlValue(long value) => new(SqlType.Integer, integer: value);

    public static implicit operator SqlValue(long? value) => value is { } known ? known : Null;

    public static implicit operator SqlValue(bool value) => value ? 1L : 0L;

    public static implicit operator SqlValue(double value) => new(SqlType.Real, real: value);

    public static implicit operator SqlValue(Guid value) => value.ToString();

    public static implicit operator SqlValue(byte[]? value) => value is null ? Null : new(SqlType.Blob, blob: value);

    public static implicit operator SqlValue(ReadOnlyMemory<byte> value) => new(SqlType.Blob, blob: value);

    public static implicit operator SqlValue(DateTimeOffset value) =>
        value.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    public static implicit operator SqlValue(DateTimeOffset? value) => value is { } known ? known : Null;
}
