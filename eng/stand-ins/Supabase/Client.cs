using Supabase.Interfaces;
using Supabase.Postgrest.Interfaces;
using Supabase.Postgrest.Models;
using Supabase.Realtime;

namespace Supabase;

/// <summary>A Supabase project, by its URL and a key, which goes out as <c>apikey</c> and as Bearer.</summary>
public class Client
{
    private readonly string restUrl;
    private readonly string? key;

    public Client(string supabaseUrl, string? supabaseKey, SupabaseOptions? options = null)
    {
        _ = options;
        restUrl = $"{supabaseUrl}/rest/v1";
        key = supabaseKey;
        Postgrest = new Postgrest.Client { GetHeaders = Headers };
    }

    public IPostgrestClient Postgrest { get; set; }

    public ISupabaseTable<TModel, RealtimeChannel> From<TModel>()
        where TModel : BaseModel, new() =>
        new SupabaseTable<TModel>(restUrl, Postgrest.GetHeaders);

    private Dictionary<string, string> Headers() =>
        new() { ["apiKey"] = key ?? "", ["Authorization"] = $"Bearer {key}" };
}
