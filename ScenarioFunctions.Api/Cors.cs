using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Api;

/// <summary>Lets pages of other origins call the API: those of <c>CORS_ORIGINS</c>, and no other. They send no cookies.</summary>
internal sealed class Cors(ServiceSettings settings, ICorsService cors)
{
    private static readonly string[] Exposed = [HeaderNames.ETag, HeaderNames.RetryAfter, HeaderNames.Location];

    private static readonly string[] Accepted =
        [HeaderNames.Authorization, HeaderNames.ContentType, IdempotencyKey.Header, HeaderNames.IfNoneMatch, FollowTask.LastEventId];

    /// <summary>Adds the headers of an answer, also of the answer to a preflight request.</summary>
    /// <param name="context">The request and the answer.</param>
    /// <param name="methods">Those of the route; only a preflight asks for them.</param>
    public void Apply(HttpContext context, IEnumerable<string> methods)
    {
        if (settings.CorsOrigins.Count == 0)
        {
            return;
        }

        var policy = new CorsPolicyBuilder([.. settings.CorsOrigins])
            .WithExposedHeaders(Exposed)
            .WithHeaders(Accepted)
            .WithMethods([.. methods])
            .SetPreflightMaxAge(TimeSpan.FromHours(2))
            .Build();
        cors.ApplyResult(cors.EvaluatePolicy(context, policy), context.Response);
        if (!context.Response.Headers.Vary.Contains(HeaderNames.Origin))
        {
            context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        }
    }
}
