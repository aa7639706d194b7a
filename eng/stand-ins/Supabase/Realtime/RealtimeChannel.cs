namespace Supabase.Realtime;

/// <summary>Only named, by the type of <see cref="Client.From{TModel}"/>.</summary>
public class RealtimeChannel;
