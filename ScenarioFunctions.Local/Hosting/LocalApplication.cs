using Microsoft.AspNetCore.Hosting.Server;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Emulator;
using ScenarioFunctions.Local.Engine;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Hosting;

/// <summary>Puts the embedded host together.</summary>
internal static class LocalApplication
{
    /// <summary>Well below the 5 s in which the process has to be gone: what follows takes a second on a busy machine.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(3);

    public static WebApplication Build(HostSettings settings, DataDirectory directory, LocalServerOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(options.Urls);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        AddLogging(builder.Logging, options);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Complete);
        AddService(builder.Services, settings, directory);
        options.Replace?.Invoke(builder.Services);
        if (options.IsForCommand)
        {
            builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        }

        var app = builder.Build();
        app.UseStatusCodePages();
        app.MapScenarioApi();
        app.MapLocalImages();
        if (settings.Emulator is not null)
        {
            app.MapRunwayEmulator();
        }

        return app;
    }

    /// <summary>Of a wrong path or method, which no handler of ours has seen.</summary>
    private static void Complete(ProblemDetailsContext context)
    {
        var request = context.HttpContext.Request;
        context.ProblemDetails.Instance ??= request.Path;
        context.ProblemDetails.Detail ??= $"{request.Method} {request.Path} is not served: see GET /openapi.json.";
    }

    private static void AddService(IServiceCollection services, HostSettings settings, DataDirectory directory)
    {
        services.AddHostedService<Announcement>();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(settings.Service);
        services.AddSingleton(settings.Local);
        services.AddSingleton(directory);
        services.AddSingleton(provider => settings.Emulator is null ? settings.Runway : OwnEmulator(settings.Runway, provider));
        services.AddEmbeddedStorage();
        services.AddRunway();
        services.AddSteps();
        services.AddScenarioApi();
        services.AddEmbeddedEngine();
        if (settings.Emulator is not null)
        {
            // After the engine: a database that cannot be opened is the store's to tell of.
            services.AddRunwayEmulator(settings.Emulator, directory.EmulatorPath, directory.DatabasePath);
        }
    }

    /// <summary>Over HTTP like RunwayML itself; asked for only once the server listens, as its port may be any.</summary>
    private static RunwaySettings OwnEmulator(RunwaySettings runway, IServiceProvider provider) =>
        runway with
        {
            BaseUrl = new Uri(LocalServer.AddressOf(provider.GetRequiredService<IServer>()), EmulatorServices.Root),
        };

    private static void AddLogging(ILoggingBuilder logging, LocalServerOptions options)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(options.IsForCommand ? LogLevel.Error : LogLevel.Information);
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning); // our own line says where it listens
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // a start that failed is told once, without a stack
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        });
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = options.IsForCommand ? LogLevel.Trace : LogLevel.None);
    }
}
