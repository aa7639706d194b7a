using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Api.Studio;

namespace ScenarioFunctions.Api;

public static class ScenarioRoutes
{
    private static readonly string[] GetOrHead = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps the HTTP API and the studio.</summary>
    public static void MapScenarioApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.ServiceProvider.GetRequiredService<ScenarioApi>();
        routes.MapPost("/scenario/save", (Delegate)api.StartAsync);
        routes.MapGet("/scenario/save/tasks", (Delegate)api.ListAsync);
        routes.MapGet("/scenario/save/tasks/{taskId}", (HttpContext context, string taskId) => api.FindAsync(context, taskId));
        routes.MapDelete("/scenario/save/tasks/{taskId}", (HttpContext context, string taskId) => api.CancelAsync(context, taskId));
        routes.MapGet("/credits/{userId}", (HttpContext context, string userId) => api.GetCreditsAsync(context, userId));
        routes.MapPost("/credits/{userId}", (HttpContext context, string userId) => api.GrantCreditsAsync(context, userId));
        routes.MapMethods("/health", GetOrHead, (Delegate)api.HealthAsync); // monitors send HEAD
        routes.MapGet("/openapi.json", (Delegate)api.OpenApi);

        var studio = routes.ServiceProvider.GetRequiredService<StudioFiles>();
        routes.MapMethods("/", GetOrHead, (HttpContext context) => studio.Serve(context, null));
        routes.MapMethods("/studio/{**path}", GetOrHead, (HttpContext context, string? path) => studio.Serve(context, path));
    }
}
