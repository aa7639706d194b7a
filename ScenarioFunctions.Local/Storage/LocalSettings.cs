using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Local.Storage;

/// <summary>The settings of the embedded store.</summary>
internal sealed record LocalSettings
{
    /// <summary><c>SCENARIO_DATA_DIR</c>, default <c>./.scenario-data</c>.</summary>
    public string DataDirectory { get; init; } = "./.scenario-data";

    /// <summary>
    /// <c>LOCAL_STARTING_CREDITS</c>: the balance of a new user. Default: 100, or 0 when RunwayML's secret is set, as images then
    /// cost money.
    /// </summary>
    public int StartingCredits { get; init; } = 100;

    /// <summary><c>--confirm-restore</c>: start even though the database is older than its images.</summary>
    public bool ConfirmRestore { get; init; }

    public static LocalSettings Read(SettingsReader reader)
    {
        var unset = new LocalSettings();
        return new LocalSettings
        {
            DataDirectory = reader.Text("SCENARIO_DATA_DIR", unset.DataDirectory),
            StartingCredits = reader.WholeNumber(
                "LOCAL_STARTING_CREDITS",
                reader.Text("RUNWAYML_API_SECRET") is null ? unset.StartingCredits : 0,
                0,
                1_000_000_000),
        };
    }
}
