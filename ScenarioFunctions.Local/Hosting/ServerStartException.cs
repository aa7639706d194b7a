namespace ScenarioFunctions.Local.Hosting;

/// <summary>The server cannot listen where it was told to.</summary>
internal sealed class ServerStartException(string urls, Exception inner) : Exception(
    $"The server cannot listen on {urls}: {inner.Message} Stop what uses that address, or name another one, "
    + "such as ASPNETCORE_URLS=http://localhost:7072.",
    inner);
