namespace Supabase.Postgrest.Interfaces;

/// <summary>PostgREST of a project.</summary>
public interface IPostgrestClient
{
    /// <summary>What every request carries.</summary>
    Func<Dictionary<string, string>>? GetHeaders { get; set; }
}
