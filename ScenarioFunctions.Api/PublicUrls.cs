using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Api;

/// <summary>Absolute URLs for clients: under <c>PUBLIC_BASE_URL</c>, or else under the address of the request.</summary>
internal sealed class PublicUrls(ServiceSettings settings)
{
    /// <param name="baseUrl">From <see cref="BaseOf"/>.</param>
    /// <param name="url">A path on this host, starting with <c>/</c>, or an absolute URL, which stays as it is.</param>
    public static string Absolute(string baseUrl, string url) => url.StartsWith('/') ? baseUrl + url : url;

    public string Task(HttpRequest request, string taskId) => $"{BaseOf(request)}/scenario/save/tasks/{taskId}";

    /// <summary>Without a trailing slash: <c>PUBLIC_BASE_URL</c>, or else the address of the request.</summary>
    public string BaseOf(HttpRequest request) =>
        settings.PublicBaseUrl?.AbsoluteUri.TrimEnd('/')
        ?? $"{request.Scheme}://{request.Host.ToUriComponent()}{request.PathBase.ToUriComponent()}";
}
