using System.CommandLine;
using System.CommandLine.Parsing;
using ScenarioFunctions.Core;

namespace ScenarioFunctions.Local.Cli;

/// <summary>
/// Says what is wrong with a command line, by the word that is wrong. The parser takes an unknown option for an argument, and
/// then complains of the words after it.
/// </summary>
internal static class CommandLineFaults
{
    /// <returns>Text for people; empty when nothing is wrong.</returns>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command is RootCommand && parsed.Tokens is [{ Type: TokenType.Argument, Value: var word }, ..] && word is not ['-', ..])
        {
            return [UnknownCommand(word, command)];
        }

        if (UnknownOptions(parsed, command).ToList() is { Count: > 0 } unknown)
        {
            return unknown;
        }

        return parsed.UnmatchedTokens.Count > 0
            ? [.. parsed.UnmatchedTokens.Select(surplus => $"'{surplus}' is one argument too many.")]
            : [.. parsed.Errors.Select(error => error.Message).Distinct()];
    }

    private static IEnumerable<string> UnknownOptions(ParseResult parsed, Command command)
    {
        var options = command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive))
            .SelectMany(option => option.Aliases.Prepend(option.Name).Select(name => (name, option)))
            .DistinctBy(option => option.name)
            .ToDictionary(option => option.name, option => option.option);
        Option? takesValue = null;
        foreach (var token in parsed.Tokens)
        {
            if (token.Type == TokenType.DoubleDash)
            {
                yield break;
            }

            if (token.Type == TokenType.Argument && takesValue is null && token.Value is ['-', _, ..])
            {
                var name = token.Value.Split('=')[0];
                yield return $"There is no option '{name}'.{Suggestion(name, options.Keys)}";
            }

            takesValue = options.GetValueOrDefault(token.Value) is { } option && token.Type == TokenType.Option && option.ValueType != typeof(bool)
                ? option
                : null;
        }
    }

    private static string UnknownCommand(string word, Command root) => word.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
        ? $"There is no command '{word}'. Did you mean 'save {word}'?"
        : $"There is no command '{word}'.{Suggestion(word, root.Subcommands.Select(command => command.Name))}";

    private static string Suggestion(string word, IEnumerable<string> names)
    {
        var (nearest, distance) = names.Select(name => (name, Spelling.Distance(word, name))).MinBy(candidate => candidate.Item2);
        return distance <= Math.Max(1, word.Length / 3) ? $" Did you mean '{nearest}'?" : "";
    }
}
