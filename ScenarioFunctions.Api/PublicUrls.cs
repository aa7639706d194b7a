using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Api;

/// <summary>Absolute URLs for clients: under <c>PUBLIC_BASE_URL</c>, or else under the address of the request.</summary>
internal sealed class PublicUrls(ServiceSettings settings)
{
    /// <param name="request">Its address counts when <c>PUBLIC_BASE_URL</c> is not set.</param>
    /// <param name="url">A path on this host, starting with <c>/</c>, or an absolute URL, which stays as it is.</param>
    public string Absolute(HttpRequest request, string url) =>
        url.StartsWith('/') ? BaseOf(request) + url : url;

    public string Task(HttpRequest request, string taskId) => Absolute(request, $"/scenario/save/tasks/{taskId}");

    private string BaseOf(HttpRequest request) =>
        settings.PublicBaseUrl?.AbsoluteUri.TrimEnd('/')
        ?? $"{request.Scheme}://{request.Host.ToUriComponent()}{request.PathBase.ToUriComponent()}";
}
