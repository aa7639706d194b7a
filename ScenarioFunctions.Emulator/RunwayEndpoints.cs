using System.Text.Json;

namespace ScenarioFunctions.Emulator;

/// <summary>The image routes of RunwayML's HTTP API, one method per route.</summary>
internal static class RunwayEndpoints
{
    private static readonly Dictionary<string, string[]> UploadFields = new() { ["filename"] = [], ["type"] = ["ephemeral"] };

    public static async Task<IResult> CreateAsync(HttpRequest request, RunwayEmulator emulator)
    {
        ImageOrder? order;
        IReadOnlyList<RunwayIssue> issues;
        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, default, request.HttpContext.RequestAborted);
            (order, issues) = TextToImageReader.Read(body.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return RunwayAnswer.Refuse(StatusCodes.Status400BadRequest, "The body is not valid JSON.");
        }

        if (order is null)
        {
            return RunwayAnswer.Refuse(StatusCodes.Status400BadRequest, "Validation of body failed", issues);
        }

        var words = PromptWords.In(order.PromptText);
        if (words.Down)
        {
            return RunwayAnswer.Refuse(StatusCodes.Status503ServiceUnavailable, "The service is temporarily unavailable.");
        }

        return emulator.Create(order, words) switch
        {
            { Generation: { } taken } => RunwayAnswer.Of(new CreateAnswer(taken.Id, new CreditAmount(taken.Credits))),
            { Refusal: OrderRefusal.QueueFull } => RunwayAnswer.Refuse(
                StatusCodes.Status429TooManyRequests, "Too many tasks are open. Try again when some have ended."),
            { Refusal: OrderRefusal.DailyLimit } => RunwayAnswer.Refuse(
                StatusCodes.Status429TooManyRequests, "You have reached the daily task limit for this model."),
            _ => RunwayAnswer.Refuse(StatusCodes.Status400BadRequest, "You do not have enough credits to run this task."),
        };
    }

    /// <summary>Accepts a file. The emulator's pictures do not need it, so its content is discarded.</summary>
    public static async Task<IResult> UploadAsync(HttpRequest request, RunwayEmulator emulator)
    {
        List<RunwayIssue> issues = [];
        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, default, request.HttpContext.RequestAborted);
            issues.AddRange(body.RootElement.ValueKind != JsonValueKind.Object
                ? [RunwayIssue.WrongType("object", body.RootElement)]
                : [
                    .. UploadFields.Keys.Where(name => !body.RootElement.TryGetProperty(name, out var value)
                            || value.ValueKind != JsonValueKind.String || value.GetString() == "")
                        .Select(name => RunwayIssue.Custom("A string is required.", name)),
                    .. RunwayIssue.OfFields(body.RootElement, UploadFields),
                ]);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return RunwayAnswer.Refuse(StatusCodes.Status400BadRequest, "The body is not valid JSON.");
        }

        var id = Guid.NewGuid().ToString();
        return issues.Count > 0
            ? RunwayAnswer.Refuse(StatusCodes.Status400BadRequest, "Validation of body failed", issues)
            : RunwayAnswer.Of(new UploadAnswer(
                Url(request, emulator.Links.Sign($"uploads/{id}", emulator.Now)), new Dictionary<string, string> { ["key"] = id }, $"runway://{id}"));
    }

    public static async Task<IResult> ReceiveAsync(
        string id, long? expires, string? signature, HttpRequest request, RunwayEmulator emulator)
    {
        if (!emulator.Links.IsValid($"uploads/{id}", expires, signature, emulator.Now))
        {
            return BadLink();
        }

        await request.Body.CopyToAsync(Stream.Null, request.HttpContext.RequestAborted);
        return Results.NoContent();
    }

    public static IResult Retrieve(string id, HttpRequest request, RunwayEmulator emulator) =>
        Find(id, emulator) is { } progress
            ? RunwayAnswer.Of(TaskAnswer.Of(
                progress, Url(request, emulator.Links.Sign(OutputPath(progress.Generation.Id), emulator.Now))))
            : NoSuchTask();

    public static IResult Delete(string id, RunwayEmulator emulator) =>
        Guid.TryParse(id, out var known) && emulator.Delete(known) ? Results.NoContent() : NoSuchTask();

    public static IResult Organization(RunwayEmulator emulator, EmulatorSettings settings) =>
        RunwayAnswer.Of(OrganizationAnswer.Of(settings.Concurrency, emulator.Account, emulator.DailyGenerations()));

    /// <summary>Not part of RunwayML's API: lets testers set the balance and the daily limit.</summary>
    public static async Task<IResult> SetAccountAsync(HttpRequest request, RunwayEmulator emulator)
    {
        try
        {
            emulator.Account = await RunwayAnswer.ReadAsync<EmulatedAccount>(request);
            return RunwayAnswer.Of(emulator.Account);
        }
        catch (JsonException)
        {
            return RunwayAnswer.Refuse(
                StatusCodes.Status400BadRequest, "Send {\"creditBalance\": 100, \"maxDailyGenerations\": null}, or a part of it.");
        }
    }

    public static async Task<IResult> OutputAsync(
        Guid id, long? expires, string? signature, HttpResponse response, RunwayEmulator emulator, Illustrator illustrator)
    {
        if (!emulator.Links.IsValid(OutputPath(id), expires, signature, emulator.Now))
        {
            return BadLink();
        }

        if (emulator.Find(id) is not { Status: EmulatedStatus.Succeeded, Generation: var generation })
        {
            return NoSuchTask();
        }

        response.Headers.CacheControl = "private, max-age=86400";
        return Results.Bytes(await illustrator.DrawAsync(generation), "image/png");
    }

    private static GenerationProgress? Find(string id, RunwayEmulator emulator) =>
        Guid.TryParse(id, out var known) ? emulator.Find(known) : null;

    private static IResult NoSuchTask() =>
        RunwayAnswer.Refuse(StatusCodes.Status404NotFound, "Could not find Task");

    private static IResult BadLink() => RunwayAnswer.Refuse(
        StatusCodes.Status403Forbidden, "This URL has expired or is invalid. Get the task again for a fresh URL.");

    private static string OutputPath(Guid id) => $"outputs/{id}.png";

    private static string Url(HttpRequest request, string path) =>
        $"{request.Scheme}://{request.Host}{request.PathBase}{EmulatorServices.Root}/{path}";
}
