using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Tasks;
using Spectre.Console;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The command <c>list [--user ID] [--status STATUS] [--limit N] [--cursor CURSOR] [--json]</c>.</summary>
internal static class ListCommand
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    /// <summary>In a narrower terminal, each task gets lines of its own instead of a table row.</summary>
    private const int WidthForTable = 110;

    public static Command Create(CliEnvironment environment)
    {
        var user = new Option<string>("--user") { HelpName = "ID", Description = "Only this user's tasks." };
        var status = new Option<string>("--status")
        {
            HelpName = "STATUS",
            Description = $"Only tasks in this state: {string.Join(", ", EnumNames.All<TaskState>())}.",
        };
        status.Validators.Add(DemandStatus);
        var limit = new Option<int>("--limit")
        {
            HelpName = "N",
            Description = $"At most N tasks, 1 to {MaxLimit}. Default: {DefaultLimit}.",
            DefaultValueFactory = _ => DefaultLimit,
            CustomParser = ParseLimit,
        };
        var cursor = new Option<string>("--cursor") { HelpName = "CURSOR", Description = "Continue a list: next_cursor of its --json." };
        var json = JsonOutput.Option("the list");
        var command = new Command("list", "List tasks, newest first. In a pipe: a line for each, with tabs.") { user, status, limit, cursor, json };
        command.SetAction((parsed, _) => ServerLink.UseAsync(environment, ServerUse.Look, (link, interrupted) => RunAsync(
            environment,
            link,
            QueryOf(parsed.GetValue(limit), parsed.GetValue(user), parsed.GetValue(status), parsed.GetValue(cursor)),
            parsed.GetValue(json),
            interrupted)));
        return command;
    }

    private static async Task<int> RunAsync(
        CliEnvironment environment, ServerLink link, string query, bool json, CancellationToken interrupted)
    {
        var page = await link.AskAsync(api => api.ListTasksAsync(query, interrupted), interrupted);
        if (json)
        {
            JsonOutput.Print(environment, page.Json);
            return ExitCodes.Completed;
        }

        if (page.Value.Tasks.Count == 0)
        {
            environment.Tell($"There are no such tasks. Start one: {CliHelp.Program} save samples/quiet-morning.json");
        }

        Write(environment, page.Value.Tasks);
        if (page.Value.NextCursor is not null)
        {
            environment.Tell($"There are more. --limit {MaxLimit} shows up to {MaxLimit}.");
        }

        return ExitCodes.Completed;
    }

    private static void Write(CliEnvironment environment, IReadOnlyList<ListedTask> tasks)
    {
        if (!environment.IsTerminal)
        {
            foreach (var task in tasks)
            {
                environment.Write(string.Join('\t', task.TaskId, EnumNames.Of(task.Status), Progress(task), task.Metadata.UserId,
                    task.CreatedAt.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), Title(task)));
            }
        }
        else if (environment.Console.Profile.Width >= WidthForTable)
        {
            WriteTable(environment, tasks);
        }
        else
        {
            WriteBlocks(environment, tasks);
        }
    }

    private static void WriteTable(CliEnvironment environment, IReadOnlyList<ListedTask> tasks)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var name in new[] { "Status", "Images", "Title", "User", "Started", "Task" })
        {
            table.AddColumn(new TableColumn(new Text(name, new Style(decoration: Decoration.Bold))) { NoWrap = name != "Title" });
        }

        foreach (var task in tasks)
        {
            table.AddRow(
                new Text(EnumNames.Of(task.Status), TaskColours.Of(task.Status)),
                new Text(Progress(task)),
                new Text(Title(task)) { Overflow = Overflow.Ellipsis },
                new Text(task.Metadata.UserId),
                new Text(Age(environment, task)),
                new Text(task.TaskId));
        }

        environment.Console.Write(table);
    }

    private static void WriteBlocks(CliEnvironment environment, IReadOnlyList<ListedTask> tasks)
    {
        foreach (var task in tasks)
        {
            environment.Console.Write(new Text(EnumNames.Of(task.Status), TaskColours.Of(task.Status)));
            environment.Console.WriteLine(string.Concat(
                new[] { Progress(task), Age(environment, task) }.Where(text => text.Length > 0).Select(text => $"  {text}")));
            environment.Write($"  {Title(task)} ({task.Metadata.UserId})");
            environment.Write($"  {task.TaskId}");
        }
    }

    private static string Title(ListedTask task) => PlainText.OneLine(task.Metadata.Title);

    /// <summary>How far it is while it runs, then what it has made: "4 images", or "3 of 4 images" where some are missing.</summary>
    private static string Progress(ListedTask task) => task switch
    {
        { Status: TaskState.Pending or TaskState.Running } => $"{task.Progress}%",
        { Images: { } images } when images.Made < images.Wanted => $"{images.Made} of {CliText.Count(images.Wanted, "image")}",
        { Images.Made: var made } => CliText.Count(made, "image"),
        { Result.ImagesGenerated: var made } => CliText.Count(made, "image"),
        _ => "",
    };

    private static string Age(CliEnvironment environment, ListedTask task) =>
        $"{CliText.Duration(environment.Time.GetUtcNow() - task.CreatedAt)} ago";

    private static string QueryOf(int limit, string? user, string? status, string? cursor) => string.Join('&',
        new[] { ("limit", limit.ToString(CultureInfo.InvariantCulture)), ("user_id", user), ("status", status), ("cursor", cursor) }
            .Where(parameter => parameter.Item2 is not null)
            .Select(parameter => $"{parameter.Item1}={Uri.EscapeDataString(parameter.Item2!)}"));

    private static void DemandStatus(OptionResult result)
    {
        if (result.Tokens is [{ Value: var text }] && !EnumNames.TryParse<TaskState>(text, out _))
        {
            result.AddError($"--status takes one of {string.Join(", ", EnumNames.All<TaskState>())}, not '{text}'.");
        }
    }

    private static int ParseLimit(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit)
        {
            return limit;
        }

        result.AddError($"--limit takes a whole number from 1 to {MaxLimit}, not '{text}'.");
        return 0;
    }
}

/// <summary>The colour of a task's state.</summary>
internal static class TaskColours
{
    public static Style Of(TaskState state) => new(state switch
    {
        TaskState.Completed => Color.Green,
        TaskState.Failed => Color.Red,
        TaskState.Cancelled => Color.Fuchsia,
        TaskState.Running => Color.Blue,
        _ => Color.Grey,
    });
}
