using System.Text;
using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Local.Cli;

namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary>Runs the command line in this process, in a folder of its own, against a scripted server.</summary>
internal sealed class CliHarness : IAsyncDisposable
{
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private readonly CancellationTokenSource interrupt = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("scenario-cli-");

    private CliHarness(ScriptedScenarioServer server) => Server = server;

    public ScriptedScenarioServer Server { get; }

    public string Output => output.ToString();

    public string Error => error.ToString();

    public string Folder => folder.FullName;

    public int Width { get; set; } = 200;

    public bool Terminal { get; set; }

    public string Input { get; set; } = "";

    public Dictionary<string, string?> Settings { get; } = [];

    public CliPatience Patience { get; set; } = new() { Poll = TimeSpan.FromMilliseconds(5) };

    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Instead of connecting to <see cref="Server"/>.</summary>
    public Func<CancellationToken, Task<IScenarioServer>>? Connect { get; set; }

    /// <summary>What the server was needed for.</summary>
    public ServerUse? Use { get; private set; }

    /// <summary>Links that a browser was started with.</summary>
    public List<string> Opened { get; } = [];

    public bool HasBrowser { get; set; } = true;

    public bool HasServed { get; private set; }

    public bool HasConfirmedRestore { get; private set; }

    public static async Task<CliHarness> StartAsync() => new(await ScriptedScenarioServer.StartAsync());

    /// <summary>Stands for the first Ctrl+C.</summary>
    public void Interrupt() => interrupt.Cancel();

    public string WriteFile(string name, string content)
    {
        var file = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return name;
    }

    public Task<int> RunAsync(params string[] args) => CliApplication.RunAsync(args, new CliEnvironment
    {
        Console = TestOutput.Console(output, Width, Terminal),
        Error = error,
        OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(Input)),
        Configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings).Build(),
        ConnectAsync = (use, stopping) =>
        {
            Use = use;
            return Connect?.Invoke(stopping) ?? Task.FromResult<IScenarioServer>(Server);
        },
        ErrorWidth = Terminal ? Width : null,
        ServeAsync = (confirmRestore, _) =>
        {
            HasConfirmedRestore = confirmRestore;
            HasServed = true;
            return Task.FromResult(0);
        },
        OpenBrowser = url =>
        {
            Opened.Add(url);
            return HasBrowser;
        },
        WatchInterrupts = () => CliInterrupts.From(interrupt.Token),
        WorkingDirectory = Folder,
        Patience = Patience,
        Time = Time,
    });

    public async ValueTask DisposeAsync()
    {
        Server.IsForManyCommands = false;
        await Server.DisposeAsync();
        interrupt.Dispose();
        folder.Delete(recursive: true);
    }
}
