using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Api;

/// <summary>The body of <c>POST /scenario/save</c>, checked.</summary>
/// <param name="ShortId">Of the short video.</param>
/// <param name="UserId">Who pays.</param>
/// <param name="Scenario">The scenario.</param>
/// <param name="Hash">SHA-256, in hex, of the three as posted: see <see cref="RequestHash"/>.</param>
internal sealed record SaveRequest(string ShortId, string UserId, Scenario Scenario, string Hash);
