namespace ScenarioFunctions.Core.Runway;

/// <summary>An output's host has an address that we do not fetch from. Reaches callers inside an <see cref="HttpRequestException"/>.</summary>
internal sealed class ForbiddenAddressException()
    : IOException("The host has an address that is not on the public Internet.");
