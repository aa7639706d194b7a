namespace ScenarioFunctions.Emulator;

/// <summary>Wants the headers that RunwayML wants. Any key will do.</summary>
internal sealed class EmulatorAccess : IEndpointFilter
{
    private const string Scheme = "Bearer ";
    private const string Version = "2024-11-06";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var headers = context.HttpContext.Request.Headers;
        var authorization = headers.Authorization.ToString();
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || string.IsNullOrWhiteSpace(authorization[Scheme.Length..]))
        {
            return RunwayAnswer.Refuse(StatusCodes.Status401Unauthorized, "The API key was not provided, or is not valid.");
        }

        return headers["X-Runway-Version"].ToString() switch
        {
            Version => await next(context),
            "" => RunwayAnswer.Refuse(
                StatusCodes.Status400BadRequest, $"The X-Runway-Version header is required. Its value is {Version}."),
            _ => RunwayAnswer.Refuse(
                StatusCodes.Status400BadRequest, "The API version that was provided in the X-Runway-Version header is not valid."),
        };
    }
}
