using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace ScenarioFunctions.Api;

/// <summary>
/// Answers what a host has no route of its own for, so that both hosts answer alike: OPTIONS of every route, a wrong method and an
/// unknown path. The Functions host has routes for the usual methods only: it runs the others, such as HEAD, from here.
/// </summary>
public sealed class ScenarioRoutes
{
    private readonly ScenarioApi api;
    private readonly Lazy<IReadOnlyList<Route>> routes;
    private ICollection<EndpointDataSource> sources;

    internal ScenarioRoutes(IServiceProvider services, ScenarioApi api)
    {
        this.api = api;
        var collected = new CollectedRoutes(services);
        collected.MapOwnRoutes();
        sources = collected.DataSources;
        routes = new(() => [.. sources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Select(Route.Of).OfType<Route>()]);
    }

    /// <summary>Answers a request that no other route of the host takes.</summary>
    public async Task<IResult> AnswerAsync(HttpContext context)
    {
        var path = routes.Value.Where(route => route.Matches(context.Request.Path)).ToList();
        string[] methods = [.. path.SelectMany(route => route.Methods).Append(HttpMethods.Options).Distinct()];
        if (path.Find(route => route.Methods.Contains(context.Request.Method)) is { } served)
        {
            await served.AnswerAsync(context); // here, not after the function: the task hub's client is known in it only
            return Results.Empty;
        }

        return await api.OpenAsync(context, () => path.Count == 0
            ? throw Problems.NotServed(context.Request)
            : context.Request.Method == HttpMethods.Options
                ? AllowedAsync(context, methods)
                : throw Problems.MethodNotAllowed(context.Request, string.Join(", ", methods)),
            methods);
    }

    /// <summary>Uses all routes of the host instead, including its own.</summary>
    internal void UseRoutesOf(ICollection<EndpointDataSource> all) => sources = all;

    private static Task<IResult> AllowedAsync(HttpContext context, string[] methods)
    {
        context.Response.Headers.Allow = string.Join(", ", methods);
        return Task.FromResult<IResult>(TypedResults.NoContent());
    }

    /// <summary>A route, and its answer.</summary>
    private sealed record Route(RouteEndpoint Endpoint, TemplateMatcher Matcher, IReadOnlyList<string> Methods)
    {
        public static Route? Of(RouteEndpoint endpoint) =>
            endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods.Count: > 0 } method
                ? new Route(endpoint, new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []), method.HttpMethods)
                : null;

        public bool Matches(PathString path) => Matcher.TryMatch(path, []);

        public Task AnswerAsync(HttpContext context)
        {
            context.Request.RouteValues = [];
            Matcher.TryMatch(context.Request.Path, context.Request.RouteValues);
            return Endpoint.RequestDelegate!(context);
        }
    }

    /// <summary>Keeps what is mapped, and serves nothing.</summary>
    private sealed class CollectedRoutes(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => throw new NotSupportedException();
    }
}
