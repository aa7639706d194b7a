using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace ScenarioFunctions.Core.Runway;

/// <summary>RunwayML's developer API as an <see cref="IImageGenerator"/>.</summary>
internal sealed class RunwayClient(
    RunwayApi api, ImageDownloader downloader, RunwayAccount account, ILogger<RunwayClient> logger)
    : IImageGenerator
{
    public async Task<OrderedImage> SubmitAsync(ImageRequest request, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(Body(request), RunwayJson.Default.TextToImageBody);
        var created = await CreateAsync(body, cancellationToken);
        if (string.IsNullOrEmpty(created.Id))
        {
            throw RunwayApi.Unreadable(HttpMethod.Post, null);
        }

        logger.Submitted(created.Id, request.Model, request.Ratio);
        return new OrderedImage(created.Id, created.EstimatedCost?.Whole);
    }

    public async Task<Generation> GetAsync(string generationId, CancellationToken cancellationToken)
    {
        var task = await api.SendAsync(
            HttpMethod.Get, TaskPath(generationId), null, RunwayJson.Default.RunwayTask, cancellationToken);
        if (string.IsNullOrEmpty(task.Status))
        {
            throw RunwayApi.Unreadable(HttpMethod.Get, null);
        }

        var generation = task.ToGeneration();
        if (generation.Failure is { } failure)
        {
            logger.GenerationFailed(generationId, failure, task.FailureCode, task.Failure);
        }

        return generation;
    }

    public Task<DownloadedImage> DownloadAsync(Uri output, CancellationToken cancellationToken) =>
        downloader.DownloadAsync(output, cancellationToken);

    public async Task CancelAsync(string generationId, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await api.SendAsync(
                HttpMethod.Delete, TaskPath(generationId), null, cancellationToken);
            logger.Cancelled(generationId);
        }
        catch (ImageServiceException exception) when (exception.Failure == ImageServiceFailure.NotFound)
        {
            // The generation no longer exists, so there is nothing left to cancel.
        }
    }

    public async Task<int?> FindConcurrencyAsync(string model, CancellationToken cancellationToken)
    {
        var organization = await api.SendAsync(
            HttpMethod.Get, "v1/organization", null, RunwayJson.Default.RunwayOrganization, cancellationToken);
        return organization.ConcurrencyOf(model);
    }

    /// <summary>Logs one line when the account becomes exhausted, and one when it accepts orders again.</summary>
    private async Task<CreatedTask> CreateAsync(byte[] body, CancellationToken cancellationToken)
    {
        try
        {
            var created = await api.SendAsync(
                HttpMethod.Post, "v1/text_to_image", body, RunwayJson.Default.CreatedTask, cancellationToken);
            if (account.SetExhausted(null))
            {
                logger.AccountRefilled();
            }

            return created;
        }
        catch (ImageServiceException exception) when (exception.Failure == ImageServiceFailure.AccountExhausted)
        {
            if (account.SetExhausted(exception.Message))
            {
                logger.AccountExhausted(exception.Message);
            }

            throw;
        }
    }

    private static string TaskPath(string generationId) => $"v1/tasks/{Uri.EscapeDataString(generationId)}";

    private static TextToImageBody Body(ImageRequest request) => new(
        request.Model, request.PromptText, request.Ratio,
        request.ReferenceImages.Count == 0 ? null : request.ReferenceImages, request.Seed, request.Quality);
}
