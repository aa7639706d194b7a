namespace ScenarioFunctions.Chaos.Attack;

/// <summary>Servers that must not start, as they would be open, or would send keys in the clear.</summary>
internal sealed class StartAttacks(AttackRun run)
{
    private const string Everywhere = "http://0.0.0.0:0";

    private static readonly (string Fault, (string Name, string Value)[] Settings)[] Wrong =
    [
        ("API_KEY", [("API_KEY", "   ")]),
        ("API_KEY", [("API_KEY", "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/k)")]),
        ("API_KEY", [("ASPNETCORE_URLS", Everywhere)]),
        ("API_KEY", [("ASPNETCORE_URLS", Everywhere), ("API_KEY", "a")]),
        ("API_KEY", [("ASPNETCORE_URLS", Everywhere), ("API_KEY", "0123456789abcdef01234567,a")]),
        ("SUPABASE_URL", [("SUPABASE_URL", "http://project.example")]),
        ("RUNWAYML_BASE_URL", [("RUNWAYML_BASE_URL", "http://runway.example")]),
        ("RUNWAYML_API_SECRET", [("RUNWAYML_API_SECRET", " ")]),
        ("MAX_OPEN_TASKS_PER_USER", [("MAX_OPEN_TASKS_PER_USER", "many")]),
    ];

    public async Task RunAsync()
    {
        foreach (var (fault, settings) in Wrong)
        {
            var text = string.Join(" ", settings.Select(setting => $"{setting.Name}='{setting.Value}'"));
            await run.TryAsync($"start with {text}", () => StartAsync(fault, settings.ToDictionary(one => one.Name, one => one.Value)));
        }
    }

    private async Task<string?> StartAsync(string fault, Dictionary<string, string> settings)
    {
        using var server = run.Start("start", settings);
        try
        {
            return $"it listens on {await server.AddressAsync(CancellationToken.None)}";
        }
        catch (InvalidOperationException ended)
        {
            return ended.Message.Contains($"- {fault} ", StringComparison.Ordinal) ? null : $"it does not say what is wrong: {ended.Message}";
        }
        finally
        {
            File.Delete(run.DataPath + ".log");
        }
    }
}
