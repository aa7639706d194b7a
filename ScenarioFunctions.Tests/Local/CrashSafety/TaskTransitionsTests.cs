using ScenarioFunctions.Chaos.Storm;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

public sealed class TaskTransitionsTests
{
    private static readonly HashSet<(TaskState From, TaskState To)> Allowed =
    [
        (TaskState.Pending, TaskState.Running),
        (TaskState.Pending, TaskState.Failed),
        (TaskState.Pending, TaskState.Cancelled),
        (TaskState.Running, TaskState.Completed),
        (TaskState.Running, TaskState.Failed),
        (TaskState.Running, TaskState.Cancelled),
    ];

    public static TheoryData<TaskState> AllStates() => [.. Enum.GetValues<TaskState>()];

    public static TheoryData<TaskState, TaskState> AllPairs()
    {
        var pairs = new TheoryData<TaskState, TaskState>();
        foreach (var from in Enum.GetValues<TaskState>())
        {
            foreach (var to in Enum.GetValues<TaskState>())
            {
                pairs.Add(from, to);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(AllPairs))]
    public void Only_the_moves_of_the_table_are_allowed(TaskState from, TaskState to) =>
        Assert.Equal(Allowed.Contains((from, to)), TaskTransitions.IsAllowed(from, to));

    [Theory]
    [MemberData(nameof(AllStates))]
    public void A_state_is_final_exactly_when_nothing_follows_it(TaskState state) =>
        Assert.Equal(!Enum.GetValues<TaskState>().Any(to => TaskTransitions.IsAllowed(state, to)), state.IsFinal());
}
