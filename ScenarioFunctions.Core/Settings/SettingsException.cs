namespace ScenarioFunctions.Core.Settings;

/// <summary>Settings that the service cannot start with; its message names each and says what is right.</summary>
public sealed class SettingsException(IReadOnlyList<string> faults)
    : Exception("The settings are wrong:" + string.Concat(faults.Select(fault => $"{Environment.NewLine}  - {fault}")))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
