using Supabase.Interfaces;
using Supabase.Postgrest;
using Supabase.Postgrest.Models;
using Supabase.Realtime;

namespace Supabase;

/// <summary>A table of Supabase.</summary>
internal sealed class SupabaseTable<TModel>(string baseUrl, Func<Dictionary<string, string>>? getHeaders)
    : Table<TModel>(baseUrl, getHeaders), ISupabaseTable<TModel, RealtimeChannel>
    where TModel : BaseModel, new();
