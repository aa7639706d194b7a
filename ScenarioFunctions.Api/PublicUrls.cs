using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Api;

/// <summary>URLs as a client can use them: below <c>PUBLIC_BASE_URL</c>, else at the address it called.</summary>
internal sealed class PublicUrls(ServiceSettings settings)
{
    /// <param name="request">The call that is answered.</param>
    /// <param name="url">A path of ours, starting with <c>/</c>, or an absolute URL, which stays as it is.</param>
    public string Absolute(HttpRequest request, string url) =>
        url.StartsWith('/') ? BaseOf(request) + url : url;

    public string Task(HttpRequest request, string taskId) => Absolute(request, $"/scenario/save/tasks/{taskId}");

    private string BaseOf(HttpRequest request) =>
        settings.PublicBaseUrl?.AbsoluteUri.TrimEnd('/')
        ?? $"{request.Scheme}://{request.Host.ToUriComponent()}{request.PathBase.ToUriComponent()}";
}
