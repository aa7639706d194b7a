namespace ScenarioFunctions.Local.Storage;

/// <summary>SQLite's storage classes.</summary>
internal enum SqlType
{
    Null,
    Integer,
    Real,
    Text,
    Blob,
}
