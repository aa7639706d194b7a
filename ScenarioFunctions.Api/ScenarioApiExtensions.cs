using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Api.Studio;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

public static class ScenarioApiExtensions
{
    private static readonly string[] GetOrHead = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>
    /// Adds <see cref="ScenarioApi"/> and the studio. The host adds <see cref="ServiceSettings"/>, <see cref="ITaskEngine"/>,
    /// <see cref="Core.Webhooks.IWebhooks"/>, <see cref="IScenarioStore"/>, <see cref="IImageStore"/>, <see cref="ICreditLedger"/>, its health checks and, if it adds credits, <see cref="ICreditGrants"/>.
    /// </summary>
    public static IServiceCollection AddScenarioApi(this IServiceCollection services)
    {
        services.AddLogging();
        services.AddHealthChecks();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<CancelledTasks>();
        services.TryAddSingleton<IImageIndex, NoImageIndex>();
        services.TryAddSingleton<ScenarioRemoval>();
        services.AddSingleton<CallerCheck>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<UserTokens>();
        services.AddHttpClient(SigningKeys.ClientName, client => client.Timeout = TimeSpan.FromSeconds(5))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        services.AddSingleton<HostCheck>();
        services.AddSingleton<UserLimits>();
        services.AddCors();
        services.AddSingleton<Cors>();
        services.AddSingleton(provider => new ScenarioRoutes(provider, provider.GetRequiredService<ScenarioApi>()));
        services.AddSingleton<PublicUrls>();
        services.AddSingleton<OwnTask>();
        services.AddWebhookAttempts();
        services.AddSingleton<ScenarioResources>();
        services.AddSingleton<DryRun>();
        services.AddSingleton<TaskFeeds>();
        services.AddSingleton<FollowTokens>();
        services.TryAddSingleton(new EventStreamSettings(MaxLifetime: null));
        services.AddSingleton<SavingTask>();
        services.AddSingleton<SceneClaims>();
        services.AddSingleton<StudioFiles>();
        services.AddSingleton<StartTask>();
        services.AddSingleton<FindTask>();
        services.AddSingleton<FollowTask>();
        services.AddSingleton<ListTasks>();
        services.AddSingleton<CancelTask>();
        services.AddSingleton<ResumeTask>();
        services.AddSingleton<SendWebhook>();
        services.AddSingleton<FindScenario>();
        services.AddSingleton<StartImages>();
        services.AddSingleton<ShowImage>();
        services.AddSingleton<RemoveScenario>();
        services.AddSingleton<Credits>();
        services.AddSingleton<Health>();
        services.AddSingleton<ApiHandlers>();
        return services.AddSingleton(provider => new ScenarioApi(
            provider.GetRequiredService<ApiHandlers>(),
            provider.GetRequiredService<HostCheck>(),
            provider.GetRequiredService<Cors>(),
            provider.GetRequiredService<CallerCheck>(),
            provider.GetRequiredService<FollowTokens>(),
            provider.GetRequiredService<ILogger<ScenarioApi>>()));
    }

    /// <summary>Maps every route of the API and of the studio, for a host on ASP.NET Core's routing.</summary>
    public static void MapScenarioApi(this IEndpointRouteBuilder routes)
    {
        routes.MapOwnRoutes();
        var all = routes.ServiceProvider.GetRequiredService<ScenarioRoutes>();
        all.UseRoutesOf(routes.DataSources);
        routes.MapFallback("/{**path}", async context => await (await all.AnswerAsync(context)).ExecuteAsync(context));
    }

    /// <summary>The routes of the API and of the studio themselves.</summary>
    internal static void MapOwnRoutes(this IEndpointRouteBuilder routes)
    {
        var api = routes.ServiceProvider.GetRequiredService<ScenarioApi>();
        routes.MapPost("/scenario/save", (Delegate)api.StartAsync);
        routes.MapMethods("/scenario/save/tasks", GetOrHead, (Delegate)api.ListAsync);
        routes.MapMethods("/scenario/save/tasks/{taskId}", GetOrHead, (HttpContext context, string taskId) => api.FindAsync(context, taskId));
        routes.MapMethods(
            "/scenario/save/tasks/{taskId}/events", GetOrHead, (HttpContext context, string taskId) => api.FollowAsync(context, taskId));
        routes.MapDelete("/scenario/save/tasks/{taskId}", (HttpContext context, string taskId) => api.CancelAsync(context, taskId));
        routes.MapPost("/scenario/save/tasks/{taskId}/resume", (HttpContext context, string taskId) => api.ResumeAsync(context, taskId));
        routes.MapPost("/scenario/save/tasks/{taskId}/webhook", (HttpContext context, string taskId) => api.SendWebhookAsync(context, taskId));
        routes.MapMethods("/scenarios", GetOrHead, (Delegate)api.ListScenariosAsync);
        routes.MapMethods("/scenarios/{scenarioId}", GetOrHead, (HttpContext context, string scenarioId) => api.FindScenarioAsync(context, scenarioId));
        routes.MapPost("/scenarios/{scenarioId}/images", (HttpContext context, string scenarioId) => api.StartImagesAsync(context, scenarioId));
        routes.MapPut(
            "/scenarios/{scenarioId}/scenes/{sceneNumber}/image",
            (HttpContext context, string scenarioId, string sceneNumber) => api.ShowImageAsync(context, scenarioId, sceneNumber));
        routes.MapDelete("/scenarios/{scenarioId}", (HttpContext context, string scenarioId) => api.RemoveScenarioAsync(context, scenarioId));
        routes.MapMethods("/credits/{userId}", GetOrHead, (HttpContext context, string userId) => api.GetCreditsAsync(context, userId));
        routes.MapPost("/credits/{userId}", (HttpContext context, string userId) => api.GrantCreditsAsync(context, userId));
        routes.MapMethods("/health", GetOrHead, (Delegate)api.HealthAsync);
        routes.MapMethods("/openapi.json", GetOrHead, (Delegate)api.OpenApi);

        var studio = routes.ServiceProvider.GetRequiredService<StudioFiles>();
        routes.MapMethods("/", GetOrHead, (HttpContext context) => studio.Serve(context, null));
        routes.MapMethods("/studio/{**path}", GetOrHead, (HttpContext context, string? path) => studio.Serve(context, path));
    }

    /// <summary>Applies the host name check to every request, including those to routes outside the API.</summary>
    public static void UseHostCheck(this IApplicationBuilder app)
    {
        var host = app.ApplicationServices.GetRequiredService<HostCheck>();
        app.Use(next => context =>
        {
            try
            {
                host.Demand(context.Request);
            }
            catch (ProblemException refused)
            {
                return ApiResponse.OfProblem(refused, context.Request).ExecuteAsync(context);
            }

            return next(context);
        });
    }
}
