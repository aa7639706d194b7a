using ScenarioFunctions.Core.Api;
using ScenarioFunctions.Core.Studio;

namespace ScenarioFunctions.Local.Hosting;

internal static class LocalRoutes
{
    /// <summary>Maps the HTTP API, which is Core's.</summary>
    public static void MapScenarioApi(this WebApplication app)
    {
        var api = app.Services.GetRequiredService<ScenarioApi>();
        app.MapPost("/scenario/save", (Delegate)api.StartAsync);
        app.MapGet("/scenario/save/tasks", (Delegate)api.ListAsync);
        app.MapGet("/scenario/save/tasks/{taskId}", (HttpContext context, string taskId) => api.FindAsync(context, taskId));
        app.MapDelete("/scenario/save/tasks/{taskId}", (HttpContext context, string taskId) => api.CancelAsync(context, taskId));
        app.MapGet("/credits/{userId}", (HttpContext context, string userId) => api.GetCreditsAsync(context, userId));
        app.MapPost("/credits/{userId}", (HttpContext context, string userId) => api.GrantCreditsAsync(context, userId));
        app.MapMethods("/health", [HttpMethods.Get, HttpMethods.Head], (Delegate)api.HealthAsync); // monitors send HEAD
        app.MapGet("/openapi.json", (Delegate)api.OpenApi);
    }

    /// <summary>Maps the studio, at the root too.</summary>
    public static void MapStudio(this WebApplication app)
    {
        var studio = app.Services.GetRequiredService<StudioFiles>();
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        app.MapMethods("/", methods, (HttpContext context) => studio.Serve(context, null));
        app.MapMethods("/studio/{**path}", methods, (HttpContext context, string? path) => studio.Serve(context, path));
    }
}
