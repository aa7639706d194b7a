using Supabase.Postgrest.Interfaces;
using Supabase.Postgrest.Models;

namespace Supabase.Interfaces;

/// <summary>A table of Supabase.</summary>
public interface ISupabaseTable<TModel, TChannel> : IPostgrestTable<TModel>
    where TModel : BaseModel, new();
