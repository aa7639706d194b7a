namespace ScenarioFunctions.Core.Steps;

/// <summary>An input or a result that adds to its step's log line.</summary>
internal interface ILogged
{
    /// <summary>What follows the step's name, or its duration. A method, as properties would be journaled.</summary>
    string ForLog();
}
