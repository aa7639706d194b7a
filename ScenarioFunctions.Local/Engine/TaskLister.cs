using System.Globalization;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Engine;

/// <summary>Lists tasks newest first. A cursor is the seq of the last listed task.</summary>
internal static class TaskLister
{
    /// <param name="tasks">The task records.</param>
    /// <param name="query">State, limit and cursor.</param>
    /// <param name="current">The current state of a row's task: on disk, pending and running are both open.</param>
    /// <exception cref="InvalidCursorException"/>
    public static TaskPage List(TaskStore tasks, TaskQuery query, Func<TaskRow, TaskSnapshot> current)
    {
        var before = BeforeOf(query.Cursor);
        var found = new List<TaskSnapshot>();
        while (true)
        {
            var rows = tasks.List(before, query, query.Limit + 1);
            foreach (var row in rows)
            {
                var task = current(row);
                if (!query.Matches(task))
                {
                    continue;
                }

                if (found.Count == query.Limit)
                {
                    return new TaskPage(found, CursorOf(before));
                }

                found.Add(task);
                before = row.Seq;
            }

            if (rows.Count <= query.Limit)
            {
                return new TaskPage(found, null);
            }

            before = rows[^1].Seq;
        }
    }

    private static long BeforeOf(string? cursor)
    {
        if (cursor is null)
        {
            return long.MaxValue;
        }

        return long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) && seq > 0
            ? seq
            : throw new InvalidCursorException();
    }

    private static string CursorOf(long seq) => seq.ToString(CultureInfo.InvariantCulture);
}
