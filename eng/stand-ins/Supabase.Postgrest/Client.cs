using Supabase.Postgrest.Interfaces;

namespace Supabase.Postgrest;

/// <summary>PostgREST of a project.</summary>
public class Client : IPostgrestClient
{
    public Func<Dictionary<string, string>>? GetHeaders { get; set; }
}
