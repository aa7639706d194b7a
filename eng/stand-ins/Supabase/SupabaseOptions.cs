namespace Supabase;

/// <summary>What a <see cref="Client"/> does by itself; this one does neither.</summary>
public class SupabaseOptions
{
    public bool AutoRefreshToken { get; set; } = true;

    public bool AutoConnectRealtime { get; set; }
}
