namespace Supabase.Postgrest.Models;

/// <summary>What every model derives from.</summary>
public abstract class BaseModel;
