using System.CommandLine;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Emulator;
using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Local.Storage;
using Spectre.Console;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The command <c>doctor [--json]</c>: the settings, what can be reached, and how healthy it is.</summary>
internal static class DoctorCommand
{
    private static readonly IReadOnlyDictionary<string, string> CheckNames = new Dictionary<string, string>
    {
        ["database"] = "database",
        ["images"] = "image folder",
        ["runwayml"] = "RunwayML",
    };

    public static Command Create(CliEnvironment environment)
    {
        var json = new Option<bool>("--json") { Description = "Print only the findings, as JSON." };
        var command = new Command("doctor", "Check the settings, the data folder, the server and RunwayML. Exits with 1 when something does not work.") { json };
        command.SetAction((parsed, _) => RunAsync(environment, parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> RunAsync(CliEnvironment environment, bool json)
    {
        var (settings, shown, findings) = SettingsFindings.Read(environment.Configuration);
        var all = new List<Finding>(findings);
        if (settings is not null)
        {
            all.Add(DiskFinding(environment.DataFolder));
            await AskServerAsync(environment, settings, all);
        }

        var exitCode = all.Any(finding => finding.Status == FindingStatus.Fault) ? ExitCodes.Failed : ExitCodes.Completed;
        if (json)
        {
            var report = new DoctorReport(all.Max(finding => finding.Status), shown, all);
            JsonOutput.Print(environment, JsonSerializer.Serialize(report, DoctorJson.Default.DoctorReport));
            return exitCode;
        }

        foreach (var finding in all)
        {
            Write(environment, finding);
        }

        return exitCode;
    }

    private static void Write(CliEnvironment environment, Finding finding)
    {
        var (word, colour) = finding.Status switch
        {
            FindingStatus.Ok => ("ok", Color.Green),
            FindingStatus.Warning => ("warning", Color.Yellow),
            _ => ("FAULT", Color.Red),
        };
        environment.Console.Write(new Text($"{word,-9}", new Style(colour)));
        environment.Console.WriteLine(finding.Name);
        environment.Write($"         {finding.Text}");
    }

    private static Finding DiskFinding(string folder)
    {
        try
        {
            var existing = folder;
            while (!Directory.Exists(existing))
            {
                existing = Path.GetDirectoryName(existing)!;
            }

            var free = new DriveInfo(existing).AvailableFreeSpace / (1024 * 1024);
            return new Finding(
                "data folder", free < 1024 ? FindingStatus.Warning : FindingStatus.Ok, $"{folder}, {free} MiB free on its disk.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new Finding("data folder", FindingStatus.Warning, $"{folder}; its free space cannot be read: {exception.Message}");
        }
    }

    /// <summary>A server that is started for this uses the same database, and continues no task.</summary>
    private static async Task AskServerAsync(CliEnvironment environment, HostSettings settings, List<Finding> findings)
    {
        try
        {
            await ServerLink.UseAsync(environment, ServerUse.Look, async (link, interrupted) =>
            {
                findings.Add(link.IsForCommand ? AddressFinding(settings) : new Finding("server", FindingStatus.Ok, $"Runs at {link.Address}."));
                findings.Add(await KeyFindingAsync(link, interrupted));
                var health = await link.Api.ReadHealthAsync(interrupted);
                var usesEmulator = await link.Api.UsesEmulatorAsync(interrupted);
                findings.AddRange(health.Checks.Select(check => new Finding(
                    CheckNames.GetValueOrDefault(check.Key, check.Key),
                    StatusOf(check.Value.Status),
                    usesEmulator && check.Key == "runwayml" ? TaskOutput.PracticeNotice : check.Value.Message ?? "Works.")));
                return ExitCodes.Completed;
            });
        }
        catch (Exception exception) when (exception
            is DataDirectoryException or EmulatorDatabaseException or ServerStartException or ServerUnreachableException or ApiProblemException)
        {
            findings.Add(new Finding("server", FindingStatus.Fault, exception.Message));
        }
    }

    private static Finding AddressFinding(HostSettings settings) => ListenUrls.FaultOf(settings.Urls) is { } fault
        ? new("server", FindingStatus.Warning, $"None is running, and one could not listen on {settings.Urls}: {fault}")
        : new("server", FindingStatus.Ok, $"None is running; commands start their own. One would listen on {settings.Urls}.");

    private static async Task<Finding> KeyFindingAsync(ServerLink link, CancellationToken interrupted)
    {
        try
        {
            await link.Api.ListTasksAsync("limit=1", interrupted);
            return new Finding("API", FindingStatus.Ok, "Answers.");
        }
        catch (ApiProblemException problem) when (problem.Status == HttpStatusCode.Unauthorized)
        {
            return new Finding("API", FindingStatus.Fault, "Refuses the key: set API_KEY to the value that the server was started with.");
        }
    }

    private static FindingStatus StatusOf(string health) => health switch
    {
        "ok" => FindingStatus.Ok,
        "degraded" => FindingStatus.Warning,
        _ => FindingStatus.Fault,
    };
}

/// <summary>Something that the doctor has looked at.</summary>
internal sealed record Finding(string Name, FindingStatus Status, string Text);

[JsonConverter(typeof(EnumNameConverter<FindingStatus>))]
internal enum FindingStatus
{
    Ok,

    /// <summary>It works, but not everything does, or not for long.</summary>
    Warning,
    Fault,
}

/// <summary>The findings of <c>doctor --json</c>.</summary>
internal sealed record DoctorReport(FindingStatus Status, IReadOnlyDictionary<string, string> Settings, IReadOnlyList<Finding> Findings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class DoctorJson : JsonSerializerContext;
