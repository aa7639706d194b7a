namespace Supabase.Postgrest.Exceptions;

/// <summary>PostgREST, or a gateway before it, answered with an error.</summary>
public class PostgrestException(string? message) : Exception(message)
{
    public HttpResponseMessage? Response { get; internal set; }

    public string? Content { get; internal set; }

    public int StatusCode { get; internal set; }
}
